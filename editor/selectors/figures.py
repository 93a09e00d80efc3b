"""The figures of the whole house, for `/metrics`: from our rows alone, so that any process answers alike."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count
from django.db.models.functions import Now

from billing import facade
from editor.attempts import OPEN_STATES, AttemptState
from editor.breaker import Position, position
from editor.models import Alert, AttemptTotal, ProviderState, Wave
from editor.providers.registry import PROVIDERS
from editor.selectors.vitals import Vitals, read_vitals

ENDED = tuple(state for state in AttemptState if state not in OPEN_STATES)
WINDOW_SECONDS = 300
BOUNDS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 300.0, 600.0)

_ENDED_SINCE = """
SELECT provider, state, count(*) FROM editor_attempt
WHERE provider = ANY(%s) AND NOT is_test AND finished_at > coalesce(%s::timestamptz, '-infinity')
GROUP BY provider, state
"""
_OPEN = """
SELECT provider, state, count(*) FROM editor_attempt
WHERE finished_at IS NULL AND NOT is_test AND (state <> 'intent' OR wave_id IS NOT NULL) GROUP BY provider, state
"""
_WAITING = """
SELECT provider, count(*) FROM editor_attempt
WHERE state = 'intent' AND due_at IS NOT NULL AND NOT is_test GROUP BY provider
"""
_DURATIONS = """
SELECT provider, width_bucket(seconds, %s::float8[]), count(*), sum(seconds)
FROM (SELECT provider, extract(epoch FROM finished_at - started_at)::float8 AS seconds FROM editor_attempt
      WHERE provider = ANY(%s) AND NOT is_test AND finished_at > now() - make_interval(secs => %s)
          AND started_at IS NOT NULL) AS recent
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Durations:
    """How long attempts took that ended lately: how many in each span between `BOUNDS`, the last open; their sum."""

    counts: Sequence[int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provider stands; times in seconds, `success_rate` 0 to 1, None before there is something to measure."""

    breaker: Position
    disabled: bool
    median: float | None
    p95: float | None
    success_rate: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it. Attempts are counted by (provider, state), money is µ$ by provider."""

    ended: Mapping[tuple[str, str], int]
    in_flight: Mapping[tuple[str, str], int]
    waiting: Mapping[str, int]
    durations: Mapping[str, Durations]
    standings: Mapping[str, Standing]
    suspense: Mapping[str, int]
    alerts: Mapping[str, int]
    waves_claiming: int
    vitals: Vitals


def read_figures() -> Figures:
    """Read everything, in a number of queries that does not depend on how much there is."""
    open_alerts = Alert.objects.filter(closed_at=None).values_list("kind").annotate(Count("id"))
    return Figures(
        ended=_ended(),
        in_flight=read_in_flight(),
        waiting=read_waiting(),
        durations=_durations(),
        standings=_standings(),
        suspense={provider: owed.balance for provider, owed in facade.suspense().items()},
        alerts=dict(open_alerts.order_by("kind")),
        waves_claiming=Wave.objects.filter(claiming=True, expires_at__gt=Now()).count(),
        vitals=read_vitals(),
    )


def read_in_flight() -> dict[tuple[str, str], int]:
    """Count the attempts that a wave or a provider has, by (provider, state)."""
    return {(provider, state): count for provider, state, count in _rows(_OPEN)}


def read_waiting() -> dict[str, int]:
    """Count the attempts that nothing was sent of yet, by provider."""
    return dict(_rows(_WAITING))


def _ended() -> Counter[tuple[str, str]]:
    """Add what has ended since attempts were last counted to what was counted; see `editor.services.total_attempts`."""
    totals = list(AttemptTotal.objects.values_list("provider", "state", "count", "through"))
    through = max((row[3] for row in totals), default=None)
    since = _rows(_ENDED_SINCE, [list(PROVIDERS), through])
    ended: Counter[tuple[str, str]] = Counter()
    for provider, state, count in [*(row[:3] for row in totals), *since]:
        ended[provider, state] += count
    return ended


def _durations() -> dict[str, Durations]:
    counts = {name: [0] * (len(BOUNDS) + 1) for name in PROVIDERS}
    seconds = dict.fromkeys(PROVIDERS, 0.0)
    for provider, span, count, total in _rows(_DURATIONS, [list(BOUNDS), list(PROVIDERS), WINDOW_SECONDS]):
        counts[provider][span] += count
        seconds[provider] += total
    return {name: Durations(counts[name], seconds[name]) for name in PROVIDERS}


def _standings() -> dict[str, Standing]:
    return {
        state.name: Standing(
            breaker=position(state.breaker, state.now),
            disabled=state.disabled_at is not None,
            median=state.median_seconds,
            p95=state.p95_seconds,
            success_rate=state.success_rate,
        )
        for state in ProviderState.objects.annotate(now=Now()).filter(name__in=PROVIDERS)
    }


def _rows(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
