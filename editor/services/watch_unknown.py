"""Tell staff of attempts whose outcome has been unknown for minutes, and take back what has settled by itself."""

from typing import Any

from django.db import connection, transaction

from editor.attempts import AttemptState
from editor.services.raise_alert import LOST, UNKNOWN, tell_staff

ALERT_SECONDS = 240  # so that no attempt is older than five minutes without one, whatever delays a look
UNSETTLED = [AttemptState.SUBMITTING.value, AttemptState.UNKNOWN.value]

_RAISE = """
INSERT INTO editor_alert (kind, subject, message, note, times)
SELECT %(kind)s, id, provider || ': for minutes nobody has known whether it took an order. '
    || coalesce(nullif(left(error_message, 300), ''), 'It has not answered.'), '', 1
FROM editor_attempt
WHERE finished_at IS NULL AND NOT is_test AND state = ANY(%(states)s)
    AND entered_at < now() - make_interval(secs => %(seconds)s)
ORDER BY id
ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO NOTHING
RETURNING subject, message
"""
_SETTLED = """
UPDATE editor_alert AS alert SET closed_at = now(), note = 'settled: ' || attempt.state
FROM editor_attempt AS attempt
WHERE alert.kind = %(kind)s AND alert.closed_at IS NULL AND attempt.id = alert.subject
    AND NOT attempt.state = ANY(%(states)s)
"""
_CAME_LATE = """
UPDATE editor_alert AS alert SET closed_at = now(), note = 'settled: its picture came late'
WHERE alert.kind = %(kind)s AND alert.closed_at IS NULL AND alert.opened_at > now() - interval '2 hours'
    AND EXISTS (SELECT FROM editor_output WHERE attempt_id = alert.subject)
"""


def watch_unknown() -> int:
    """Raise what is missing and close what is settled, in three statements; tells how many alerts are new.

    Safe to repeat and to run twice at once.
    """
    facts: dict[str, Any] = {"kind": UNKNOWN, "states": UNSETTLED, "seconds": ALERT_SECONDS}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTLED, facts)
        cursor.execute(_CAME_LATE, {"kind": LOST})
        cursor.execute(_RAISE, facts)
        raised = cursor.fetchall()
        for attempt_id, message in raised:
            tell_staff(kind=UNKNOWN, subject=attempt_id, message=message, provider=message.partition(":")[0])
    return len(raised)
