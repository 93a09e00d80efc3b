"""Raise an alert for staff: once for a subject while it is open, however often it is raised."""

import structlog
from django.db import connection

log = structlog.get_logger(__name__)

ACCOUNT = "provider_account"
BREAKER = "breaker_open"
BUDGET = "suspense_budget"
CONTRACT = "unreadable_reply"
LOST = "attempt_lost"
PARKED = "attempt_parked"
UNKNOWN = "attempt_unknown"

LONGEST = 500
_RAISE = """
INSERT INTO editor_alert (kind, subject, message, note, times) VALUES (%s, %s, %s, '', 1)
ON CONFLICT (kind, subject) WHERE closed_at IS NULL
DO UPDATE SET times = editor_alert.times + 1, raised_at = now(), message = excluded.message
RETURNING times = 1
"""


def raise_alert(*, kind: str, subject: str, message: str) -> bool:
    """Open an alert, or count one that is open; tell whether it is new. `message` is safe to show to staff."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [kind, subject, message[:LONGEST]])
        (is_new,) = cursor.fetchone()
    if is_new:
        log.error("alert", kind=kind, subject=subject, message=message)
    return bool(is_new)
