"""Admit waiting orders: as many as each provider may be given now, and the workspaces in fair turns.

Whoever admits for a provider holds its row, so that processes together keep to its limits. Waiting costs nothing: an
order that is not admitted stays an intent in the table, however long its provider's queue is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from editor.attempts import AttemptState
from editor.breaker import Position, position
from editor.models import Attempt, ProviderState
from editor.provider_accounts import concurrency
from editor.providers.base import Throughput
from editor.providers.registry import PROVIDERS
from editor.selectors.busy import Busy, read_busy

A_LITTLE_LONGER = 10.0
ON_THE_WAY = 0.5  # seconds from being admitted to standing at the provider's door

_NEW = """
SELECT count(*) FROM editor_attempt WHERE provider = %s AND NOT is_test AND (
    (finished_at IS NULL AND state = 'intent' AND wave_id IS NOT NULL)
    OR (finished_at IS NULL AND started_at > now() - make_interval(secs => %s))
    OR (finished_at > now() - make_interval(secs => %s) AND started_at > now() - make_interval(secs => %s)))
"""
# The workspace with the fewest orders under way has the next turn. Turns are counted at each provider by itself, for an
# order must not wait behind its own workspace's at another one; the workspace's limit is over all of them.
_ADMIT = """
WITH room AS (SELECT * FROM unnest(%(providers)s::text[], %(rooms)s::int[]) AS room(provider, free)),
busy AS (SELECT * FROM unnest(%(workspaces)s::text[], %(counts)s::int[]) AS busy(workspace_id, count)),
waiting AS (
    SELECT id, provider, workspace_id, free, due_at, coalesce(busy.count, 0) AS busy, row_number() OVER (
        PARTITION BY provider, workspace_id ORDER BY due_at, id) + coalesce(busy.count, 0) AS turn
    FROM editor_attempt JOIN room USING (provider) LEFT JOIN busy USING (workspace_id)
    WHERE state = 'intent' AND due_at <= now() AND NOT is_test),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY provider ORDER BY turn, due_at, id) AS place
    FROM waiting WHERE turn <= %(most)s),
placed AS (
    SELECT id, due_at, row_number() OVER (PARTITION BY workspace_id ORDER BY turn, due_at, id) + busy AS turn
    FROM ranked WHERE place <= least(free, %(limit)s)),
next AS (SELECT id FROM placed WHERE turn <= %(most)s ORDER BY turn, due_at, id LIMIT %(limit)s)
SELECT attempt.id, attempt.provider FROM editor_attempt AS attempt JOIN next USING (id)
WHERE attempt.state = 'intent' AND attempt.due_at IS NOT NULL FOR UPDATE OF attempt SKIP LOCKED
"""


def admit(limit: int) -> list[str]:
    """Choose up to `limit` waiting orders that may be sent now, and lock them; in the claim's transaction.

    Waits for whoever admits for the same providers. A half-open breaker lets one order through, as its probe.
    """
    if not _is_any_waiting():
        return []
    states = _locked_states()
    if not states:
        return []
    busy = read_busy()
    now = _database_time()
    rooms = {name: room for name, state in states.items() if (room := _room(state, busy, now)) > 0}
    if not rooms:
        return []
    chosen = _choose(rooms, busy, limit)
    for attempt_id, provider in chosen:
        if position(states[provider].breaker, now) is Position.HALF_OPEN:
            until = now + timedelta(seconds=PROVIDERS[provider].SUBMIT_SECONDS + A_LITTLE_LONGER)
            ProviderState.objects.filter(name=provider).update(probe=attempt_id, probe_until=until)
    return [attempt_id for attempt_id, _ in chosen]


def _is_any_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM editor_attempt WHERE state = 'intent' AND due_at <= now() AND NOT is_test)"
        )
        (is_any,) = cursor.fetchone()
    return bool(is_any)


def _locked_states() -> dict[str, ProviderState]:
    waiting = Attempt.objects.filter(
        provider=OuterRef("name"), state=AttemptState.INTENT, due_at__lte=Now(), is_test=False
    )
    states = ProviderState.objects.filter(Exists(waiting), disabled_at=None).order_by("name")
    return {state.name: state for state in states.select_for_update(of=("self",))}


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    return cast("datetime", now)


def _room(state: ProviderState, busy: Busy, now: datetime) -> int:
    """Say how many more orders a provider may have now."""
    if not state.takes_orders(now):
        return 0
    room = concurrency(state.name) - busy.providers.get(state.name, 0)
    throughput = PROVIDERS[state.name].THROUGHPUT
    if throughput.new is not None and room > 0:
        room = min(room, throughput.new - _new(state.name, throughput))
    return min(room, 1) if position(state.breaker, now) is Position.HALF_OPEN else room


def _new(provider: str, throughput: Throughput) -> int:
    span = throughput.seconds + ON_THE_WAY
    with connection.cursor() as cursor:
        cursor.execute(_NEW, [provider, span, span, span])
        (count,) = cursor.fetchone()
    return int(count)


def _choose(rooms: Mapping[str, int], busy: Busy, limit: int) -> Sequence[tuple[str, str]]:
    facts: dict[str, Any] = {
        "providers": list(rooms),
        "rooms": list(rooms.values()),
        "workspaces": list(busy.workspaces),
        "counts": list(busy.workspaces.values()),
        "most": settings.WORKSPACE_CONCURRENCY,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADMIT, facts)
        return list(cursor.fetchall())
