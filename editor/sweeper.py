"""The sweeper: looks every second for what nobody else will see to, and is the only place that does.

Deadlines that passed, leases of dead waves, waves that are missing. Each look is safe to repeat and to run twice at
once. It is a process of its own, so that it lives when a cluster hangs.
"""

import itertools
import threading

import structlog
from django.db import DatabaseError, close_old_connections
from django.db.models.functions import Now

from accounts.services.end_impersonation import end_overdue_impersonations
from editor.models import Edit, Heartbeat
from editor.services.end_overdue import end_overdue
from editor.services.enforce_suspense_budget import enforce_suspense_budget
from editor.services.measure_providers import measure_providers
from editor.services.reroute_waiting import reroute_waiting
from editor.services.tend_exports import resume_exports
from editor.services.watch_unknown import watch_unknown
from editor.tasks import ensure_courier, ensure_erasures, ensure_waves
from editor.waves import lease

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0
WATCH_EVERY = 5  # rounds
MEASURE_EVERY = 10
BATCH = 200


def sweep() -> None:
    """Look once."""
    released = lease.release_dead()
    if released:
        log.warning("attempts_of_dead_waves", count=released)
    ensure_waves()
    while _end_overdue_edits() == BATCH:
        pass
    reroute_waiting()
    ensure_courier()
    Heartbeat.beat(Heartbeat.SWEEPER)


def _end_overdue_edits() -> int:
    """End edits whose deadline has passed, the most overdue first; gives how many were ended."""
    overdue = Edit.objects.filter(finished_at=None, deadline_at__lte=Now()).order_by("deadline_at")
    ended = 0
    for edit_id in overdue.values_list("id", flat=True)[:BATCH]:
        try:
            ended += end_overdue(edit_id=edit_id)
        except Exception:
            log.exception("edit_not_ended", edit=edit_id)  # the next one must not wait for it
    return ended


def watch() -> None:
    """Look for what staff must know of, for staff who stayed too long, and for exports that nobody builds."""
    watch_unknown()
    enforce_suspense_budget()
    end_overdue_impersonations()
    resume_exports()
    ensure_erasures()


def run(stop: threading.Event) -> None:
    """Look every second until told to stop; what fails is said and tried again a second later."""
    for turn in itertools.count(1):
        if stop.wait(EVERY_SECONDS):
            return
        close_old_connections()
        try:
            sweep()
            if turn % WATCH_EVERY == 0:
                watch()
            if turn % MEASURE_EVERY == 0:
                measure_providers()
        except DatabaseError:
            log.exception("sweep_failed")
