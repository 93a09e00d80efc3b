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
from billing import facade
from editor.models import Edit, Heartbeat
from editor.services.end_overdue import end_overdue
from editor.services.enforce_suspense_budget import enforce_suspense_budget
from editor.services.measure_providers import measure_providers
from editor.services.reroute_waiting import reroute_waiting
from editor.services.tend_exports import resume_exports
from editor.services.watch_unknown import watch_unknown
from editor.tasks import ensure_courier, ensure_erasures, ensure_waves
from editor.waves import lease
from editor.waves.patience import wait_briefly_for_locks

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0
WATCH_EVERY = 5  # rounds
MEASURE_EVERY = 10
BATCH = 50
LOCKS_MS = 500  # what somebody holds who is frozen is passed over; the next round comes soon


def sweep() -> None:
    """Look once."""
    _release_dead()
    ensure_waves()
    _end_overdue_edits()
    reroute_waiting()
    ensure_courier()
    Heartbeat.beat(Heartbeat.SWEEPER)


def _release_dead() -> None:
    try:
        released = lease.release_dead()
    except DatabaseError:
        log.exception("attempts_not_given_back")  # a deadline must not wait for it
        return
    if released:
        log.warning("attempts_of_dead_waves", count=released)


def _end_overdue_edits() -> None:
    """End every edit whose deadline has passed, the most overdue first; what cannot be ended now is passed over."""
    overdue = Edit.objects.filter(finished_at=None, deadline_at__lte=Now()).order_by("deadline_at")
    left: list[str] = []
    while batch := list(overdue.exclude(id__in=left).values_list("id", flat=True)[:BATCH]):
        left += [edit_id for edit_id in batch if not _end(edit_id)]
        Heartbeat.beat(Heartbeat.SWEEPER)  # thousands may end at once, on a slow disk: that is no hanging


def _end(edit_id: str) -> bool:
    try:
        return end_overdue(edit_id=edit_id)
    except Exception:
        log.exception("edit_not_ended", edit=edit_id)  # the next one must not wait for it
        return False


def watch() -> None:
    """Look for what staff must know of, staff who stayed too long, exports nobody builds, and what billing is to do."""
    watch_unknown()
    enforce_suspense_budget()
    end_overdue_impersonations()
    resume_exports()
    ensure_erasures()
    facade.keep_books()


def run(stop: threading.Event) -> None:
    """Look every second until told to stop; what fails is said and tried again a second later."""
    for turn in itertools.count(1):
        if stop.wait(EVERY_SECONDS):
            return
        close_old_connections()
        try:
            wait_briefly_for_locks(LOCKS_MS)
            sweep()
            if turn % WATCH_EVERY == 0:
                watch()
            if turn % MEASURE_EVERY == 0:
                measure_providers()
        except DatabaseError:
            log.exception("sweep_failed")
