"""How the unseen work is doing: what is overdue, and when its workers last gave a sign."""

from dataclasses import dataclass

from django.db import connection, transaction

from editor.models import Heartbeat

ANSWER_WITHIN_MS = 2000


@dataclass(frozen=True, slots=True)
class Vitals:
    """Ages in seconds by the database's clock; 0 when nothing is overdue, None when there never was a sign of life."""

    queue_age: float
    attempt_age: float
    sweeper_age: float | None


def read_vitals() -> Vitals:
    """Look at all of it in one statement that may take two seconds; raises a DatabaseError where it cannot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {ANSWER_WITHIN_MS}")
        cursor.execute(  # attempts in two looks, each of which has an index
            """
            SELECT EXTRACT(EPOCH FROM COALESCE(now() - (SELECT min(lock) FROM django_q_ormq WHERE lock < now()), '0')),
                   EXTRACT(EPOCH FROM COALESCE(now() - least(
                       (SELECT min(due_at) FROM editor_attempt WHERE due_at < now() AND state <> 'intent'),
                       (SELECT min(due_at) FROM editor_attempt
                        WHERE due_at < now() AND state = 'intent' AND NOT is_test)), '0')),
                   (SELECT EXTRACT(EPOCH FROM now() - at) FROM editor_heartbeat WHERE name = %s)
            """,
            [Heartbeat.SWEEPER],
        )
        queue, attempt, sweeper = cursor.fetchone()
    return Vitals(
        queue_age=round(float(queue), 1),
        attempt_age=round(float(attempt), 1),
        sweeper_age=None if sweeper is None else round(float(sweeper), 1),
    )
