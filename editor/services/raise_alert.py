"""Raise an alert for staff: once for a subject while it is open, however often it is raised."""

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django_q.tasks import async_task

log = structlog.get_logger(__name__)

ACCOUNT = "provider_account"
BOOKS = "books_wrong"
BREAKER = "breaker_open"
BUDGET = "suspense_budget"
CONTRACT = "unreadable_reply"
FREE = "delivered_free"
LOST = "attempt_lost"
PARKED = "attempt_parked"
PAYMENT = "payment_parked"
UNKNOWN = "attempt_unknown"

LONGEST = 500
QUIET_SECONDS = 600
_RAISE = """
INSERT INTO editor_alert (kind, subject, message, note, times) VALUES (%s, %s, %s, '', 1)
ON CONFLICT (kind, subject) WHERE closed_at IS NULL
DO UPDATE SET times = editor_alert.times + 1, raised_at = now(), message = excluded.message
RETURNING times = 1
"""


def raise_alert(*, kind: str, subject: str, message: str, provider: str = "") -> bool:
    """Open an alert, or count one that is open; tell whether it is new. `message` is safe to show to staff.

    `provider` is whom it is about, where the subject is not its name. Staff are told of a new one, see `tell_staff`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [kind, subject, message[:LONGEST]])
        (is_new,) = cursor.fetchone()
    if is_new:
        tell_staff(kind=kind, subject=subject, message=message, provider=provider or subject)
    return bool(is_new)


def tell_staff(*, kind: str, subject: str, message: str, provider: str) -> None:
    """Log a new alert, and mail it once its transaction is through, where mail is sent.

    One mail in ten minutes for each kind and provider: whatever else there is by then stands on the staff's pages.
    """
    log.error("alert", kind=kind, subject=subject, message=message)
    if settings.SENDS_MAIL:
        transaction.on_commit(lambda: _mail(kind, subject, provider), robust=True)


def _mail(kind: str, subject: str, provider: str) -> None:
    if cache.add(f"alert-mail:{kind}:{provider}", subject, QUIET_SECONDS):
        async_task("editor.tasks.alert_mail", kind, subject)
