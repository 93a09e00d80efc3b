"""How the unseen work is doing: what stands still though it should move, and when its workers last gave a sign."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from editor.models import Heartbeat, ProviderState
from editor.provider_accounts import concurrency
from editor.selectors.busy import Busy, read_busy

ANSWER_WITHIN_MS = 2000
_AGES = """
SELECT extract(epoch FROM coalesce(now() - (SELECT min(lock) FROM django_q_ormq WHERE lock < now()), '0')),
       extract(epoch FROM coalesce(now() - least(
           (SELECT min(due_at) FROM editor_attempt WHERE due_at < now() AND state <> 'intent'),
           (SELECT min(oldest) FROM unnest(%(open)s::text[]) AS open(name), LATERAL (
               SELECT min(due_at) AS oldest FROM editor_attempt
               WHERE provider = name AND state = 'intent' AND due_at < now() AND NOT is_test
               AND workspace_id <> ALL(%(full)s)) AS waiting
            WHERE NOT EXISTS (SELECT FROM editor_attempt WHERE provider = name AND finished_at IS NULL AND NOT is_test
                              AND state <> 'intent' AND started_at > now() - make_interval(secs => %(moving)s))
            AND NOT EXISTS (SELECT FROM editor_attempt WHERE provider = name AND started_at IS NOT NULL AND NOT is_test
                            AND finished_at > now() - make_interval(secs => %(moving)s))
           )), '0')),
       (SELECT extract(epoch FROM now() - at) FROM editor_heartbeat WHERE name = %(sweeper)s)
"""
MOVING_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """Ages in seconds by the database's clock; 0 when nothing stands still, None when there never was a sign of life.

    An order that waits for its turn does not stand still: its provider is stopped, full, or was sent or has ended
    another one in the last half minute; or its workspace has all that it may have at once.
    """

    queue_age: float
    attempt_age: float
    sweeper_age: float | None


def read_vitals() -> Vitals:
    """Look at all of it within two seconds for each of three queries; raises a DatabaseError where it cannot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {ANSWER_WITHIN_MS}")
        cursor.execute(_AGES, _facts(read_busy()))
        queue, attempt, sweeper = cursor.fetchone()
    return Vitals(
        queue_age=round(float(queue), 1),
        attempt_age=round(float(attempt), 1),
        sweeper_age=None if sweeper is None else round(float(sweeper), 1),
    )


def _facts(busy: Busy) -> dict[str, Any]:
    takers = [state.name for state in ProviderState.objects.annotate(now=Now()) if state.takes_orders(state.now)]
    return {
        "open": [name for name in takers if busy.providers.get(name, 0) < concurrency(name)],
        "full": [one for one, count in busy.workspaces.items() if count >= settings.WORKSPACE_CONCURRENCY],
        "moving": MOVING_SECONDS,
        "sweeper": Heartbeat.SWEEPER,
    }
