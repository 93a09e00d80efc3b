"""Doors for django-q2: each unpacks its arguments and calls one thing. Run twice, or never, they change only time."""

import random
from datetime import timedelta

from django.core.cache import cache
from django.db.models.functions import Now
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from accounts.models import Workspace
from billing import facade
from editor.deliveries.claim import is_any_due
from editor.deliveries.courier import is_courier_at_work, run_courier
from editor.images.store import discard
from editor.models import Event, IdempotencyKey, Image, ProviderTally
from editor.services import check_books as books
from editor.services.check_prices import check_prices
from editor.services.erase_expired import erase_expired
from editor.services.erase_workspace import erase_workspace
from editor.services.export_workspace import export_workspace
from editor.services.fetch_statement import fetch_statement
from editor.services.mail_alert import mail_alert
from editor.services.mail_budget import mail_approval, mail_budget
from editor.services.mail_endpoint_disabled import mail_endpoint_disabled
from editor.services.tend_exports import expire_exports
from editor.services.total_attempts import total_attempts
from editor.services.watch_payments import watch_payments
from editor.waves import lease
from editor.waves.loop import CLAIMING_SECONDS, run_wave
from editor.waves.stopping import STOPPING

CLUSTER = "waves"
WAVES = 2
KEPT = timedelta(hours=24)
TALLIES_KEPT = timedelta(hours=1)
ERASING_SECONDS = 600
EVENTS_KEPT = timedelta(days=30)
DELIVERING_SECONDS = 120.0
STATED_LATER = timedelta(days=3)  # charges land after their pictures
CALLED, CALLED_SECONDS = "courier-called", 5


def wave() -> None:
    """Run one wave, unless enough of them run, and see that another follows."""
    if STOPPING.is_set() or lease.claiming() >= WAVES:
        return
    run_wave(CLAIMING_SECONDS * random.uniform(0.6, 1.4), on_closing=ensure_waves)  # noqa: S311 - not both at once
    ensure_waves()


def ensure_waves() -> None:
    """Enqueue as many waves as are missing, counting those that wait in the queue; none in a process that stops."""
    if STOPPING.is_set():
        return
    waiting = OrmQ.objects.filter(key=CLUSTER, lock__lte=Now()).count()
    for _ in range(WAVES - lease.claiming() - waiting):
        async_task("editor.tasks.wave", cluster=CLUSTER)


def courier() -> None:
    """Deliver webhooks for two minutes, or until nothing is due."""
    cache.delete(CALLED)
    if not STOPPING.is_set():
        run_courier(seconds=DELIVERING_SECONDS)


def ensure_courier() -> None:
    """Call a courier when a webhook is due and none is at work; not again within seconds, as the queue may be long."""
    if is_any_due() and not is_courier_at_work() and cache.add(CALLED, "yes", CALLED_SECONDS):
        async_task("editor.tasks.courier")


def endpoint_mail(endpoint_id: str) -> None:
    """Mail owners and admins that an endpoint was disabled."""
    mail_endpoint_disabled(endpoint_id=endpoint_id)


def alert_mail(kind: str, subject: str) -> None:
    """Mail an alert to staff."""
    mail_alert(kind=kind, subject=subject)


def approval_mail(edit_id: str) -> None:
    """Mail whoever may approve an edit that is over a budget."""
    mail_approval(edit_id=edit_id)


def budget_mail(budget: str, percent: int) -> None:
    """Mail those who look after money that a budget is used to so many per cent."""
    mail_budget(budget=budget, percent=percent)


def build_export(export_id: str) -> None:
    """Work on an export for a while."""
    export_workspace(export_id=export_id)


def erase(workspace_id: str) -> None:
    """Erase a workspace whose time has come."""
    erase_workspace(workspace_id=workspace_id)


def ensure_erasures() -> None:
    """Enqueue workspaces whose grace period is over; the same one not again within ten minutes."""
    due = Workspace.objects.filter(delete_at__lte=timezone.now(), erased_at=None)
    for workspace_id in due.values_list("id", flat=True)[:100]:
        if cache.add(f"erasing:{workspace_id}", "yes", ERASING_SECONDS):
            async_task("editor.tasks.erase", workspace_id)


def check_books() -> None:
    """Check the books; staff are told of what is wrong."""
    books.check_books()


def close_books() -> None:
    """Close the books of the days that are over, and read every closed day again when one was."""
    if facade.close_books():
        books.check_books(thorough=True)


def payments() -> None:
    """Alert staff to payments that do not fit."""
    watch_payments()


def check_published_prices() -> None:
    """Compare the price book with what providers publish and report."""
    check_prices()


def fetch_statements() -> None:
    """Import what is new on the statement of this month, and in its first days of the last one too."""
    today = timezone.now().date()
    for month in sorted({day.replace(day=1) for day in (today - STATED_LATER, today)}):
        fetch_statement(month=month)


def housekeeping() -> None:
    """Forget what is old: idempotency keys after a day, webhooks after thirty, results stored but never listed.

    Count attempts, and erase what workspaces do not want kept. A dying process leaves such results behind.
    """
    total_attempts()
    expire_exports()
    erase_expired()
    a_day_ago = timezone.now() - KEPT
    Event.objects.filter(created_at__lt=timezone.now() - EVENTS_KEPT).delete()
    IdempotencyKey.objects.filter(created_at__lt=a_day_ago).delete()
    ProviderTally.objects.filter(at__lt=timezone.now() - TALLIES_KEPT).delete()
    for image in Image.objects.filter(is_output=True, output=None, created_at__lt=a_day_ago)[:1000]:
        discard(image)
