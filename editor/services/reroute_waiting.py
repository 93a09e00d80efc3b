"""Take orders back from providers that rest, before they are sent, and give them to others that are able."""

import structlog
from django.db import connection

from editor.attempts import AttemptState, Event
from editor.domain import AUTO
from editor.selectors.provider_health import read_health
from editor.services.close_attempt import Closing, close_attempt

log = structlog.get_logger(__name__)

BATCH = 200
CODE = "provider_resting"

# Only where a provider that is awake was not asked for this part yet; one that is pinned, or has nobody else, waits on.
_WAITING = """
SELECT attempt.id, attempt.edit_id, attempt.epoch, attempt.provider
FROM editor_attempt AS attempt JOIN editor_edit AS edit ON edit.id = attempt.edit_id
WHERE attempt.provider = ANY(%(away)s) AND attempt.state = 'intent' AND attempt.due_at IS NOT NULL
    AND NOT attempt.is_test
    AND edit.provider_asked = %(auto)s AND NOT edit.cancel_asked AND edit.deadline_at > now()
    AND EXISTS (
        SELECT 1 FROM jsonb_array_elements_text(edit.route) AS name WHERE name <> ALL(%(away)s) AND NOT EXISTS (
            SELECT 1 FROM editor_attempt AS tried
            WHERE tried.edit_id = attempt.edit_id AND tried.part = attempt.part AND tried.provider = name))
ORDER BY attempt.due_at LIMIT %(batch)s
"""


def reroute_waiting(*, batch: int = BATCH) -> int:
    """Reroute a batch of orders that wait at a resting or disabled provider, the longest due first; gives how many.

    Each in a transaction of its own; one that a wave claims at the same time is left alone. Safe to repeat.
    """
    away = {one.name: one.disabled or one.resting for one in read_health().values() if one.disabled or one.resting}
    if not away:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"away": list(away), "auto": AUTO, "batch": batch})
        waiting = cursor.fetchall()
    return sum(_reroute(attempt_id, edit_id, epoch, away[name]) for attempt_id, edit_id, epoch, name in waiting)


def _reroute(attempt_id: str, edit_id: str, epoch: int, why: str) -> bool:
    closing = Closing(Event.REROUTED, CODE, f"It was not sent: the provider {why}.")
    try:
        return close_attempt(
            attempt_id=attempt_id, edit_id=edit_id, epoch=epoch, state=AttemptState.INTENT, closing=closing
        )
    except Exception:
        log.exception("order_not_rerouted", attempt=attempt_id)  # the next one must not wait for it
        return False
