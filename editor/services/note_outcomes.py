"""Note what attempts showed of their providers, and open or close breakers by it, for all processes at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models.functions import Now

from editor import breaker
from editor.breaker import Breaker, Change, Outcome, Recent
from editor.models import Alert, ProviderState
from editor.services import raise_alert as alerts
from editor.services.raise_alert import raise_alert
from editor.wakeups import wake_waves

log = structlog.get_logger(__name__)

FAILING, ACCOUNT = "failing", "account"
CODES = {Outcome.BAD: FAILING, Outcome.ACCOUNT: ACCOUNT}
KINDS = {FAILING: alerts.BREAKER, ACCOUNT: alerts.ACCOUNT}
CLOSED_NOTE = "closed: a probe succeeded"
LONGEST_QUIET = 15 * 60.0
LONGEST_REASON = 500

_TALLY = """
INSERT INTO editor_providertally (provider, at, successes, failures)
SELECT provider, to_timestamp(floor(extract(epoch FROM statement_timestamp()) / 10) * 10), successes, failures
FROM unnest(%s::text[], %s::int[], %s::int[]) AS noted(provider, successes, failures) ORDER BY provider
ON CONFLICT (provider, at) DO UPDATE SET
    successes = editor_providertally.successes + excluded.successes,
    failures = editor_providertally.failures + excluded.failures
"""
_RECENT = """
SELECT statement_timestamp(), coalesce(sum(successes), 0), coalesce(sum(failures), 0) FROM editor_providertally
WHERE provider = %s AND at > statement_timestamp() - make_interval(secs => %s)
"""
_FORGET = "DELETE FROM editor_providertally WHERE provider = %s"


@dataclass(frozen=True, slots=True)
class Noted:
    """What one attempt showed: `reason` is the provider's own text, `retry_after` its wish in seconds."""

    provider: str
    attempt: str
    outcome: Outcome
    reason: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class _Judgement:
    """The breaker after all of a batch, the last thing that happened to it, and what did it."""

    breaker: Breaker
    change: Change = Change.NONE
    cause: Noted | None = None


def note_outcomes(outcomes: Sequence[Noted]) -> None:
    """Count outcomes, and judge their providers by the last 60 s of the database's clock.

    What was counted is committed before it is judged, so whoever comes last sees all. The provider's row is locked only
    when something is to be written there: a healthy provider's is left to those who admit orders.
    """
    _tally(outcomes)
    for name in sorted({noted.provider for noted in outcomes}):
        mine = [noted for noted in outcomes if noted.provider == name]
        state = ProviderState.objects.filter(name=name).first()
        if state is not None and _news(state, mine):
            _write(name, mine)


def _tally(outcomes: Iterable[Noted]) -> None:
    counts: dict[str, list[int]] = {}
    for noted in outcomes:
        count = counts.setdefault(noted.provider, [0, 0])
        count[0] += noted.outcome is Outcome.GOOD
        count[1] += noted.outcome in breaker.FAILURES
    counted = {name: count for name, count in counts.items() if any(count)}
    if counted:
        with connection.cursor() as cursor:
            names, columns = list(counted), zip(*counted.values(), strict=True)
            cursor.execute(_TALLY, [names, *(list(column) for column in columns)])


def _news(state: ProviderState, outcomes: Sequence[Noted]) -> bool:
    """Tell whether these outcomes change a provider's row."""
    if any(noted.retry_after for noted in outcomes) or _turned_away(state, outcomes):
        return True
    now, recent = _recent(state.name)
    return _judge(state.breaker, outcomes, now, recent).breaker != state.breaker


def _write(name: str, outcomes: Sequence[Noted]) -> None:
    with transaction.atomic():
        state = ProviderState.objects.select_for_update().get(name=name)
        now, recent = _recent(name)
        judged = _judge(state.breaker, outcomes, now, recent)
        away = _turned_away(state, outcomes)
        if judged.change is Change.CLOSED:
            _close(state)
        elif judged.change is not Change.NONE and judged.cause:
            _open(state, judged.cause, now, anew=judged.change is Change.OPENED)
        elif away:
            _open(state, away, now, anew=False)
        _keep(state, judged.breaker)
        _be_quiet(state, outcomes, now)
        state.save()


def _recent(name: str) -> tuple[datetime, Recent]:
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [name, breaker.WINDOW_SECONDS])
        now, successes, failures = cursor.fetchone()
    return now, Recent(successes, failures)


def _judge(kept: Breaker, outcomes: Sequence[Noted], now: datetime, recent: Recent) -> _Judgement:
    judged = _Judgement(kept)
    for noted in outcomes:
        step = breaker.after(judged.breaker, noted.outcome, attempt=noted.attempt, now=now, recent=recent)
        if step.change is Change.CLOSED:
            recent = Recent(0, 0)  # what came before says nothing any more
        if step.change is Change.NONE:
            judged = _Judgement(step.breaker, judged.change, judged.cause)
        else:
            judged = _Judgement(step.breaker, step.change, noted)
    return judged


def _turned_away(state: ProviderState, outcomes: Sequence[Noted]) -> Noted | None:
    """Give what shows that a breaker that opened for failures should be open for our account."""
    if state.open_until is None or state.open_code != FAILING:
        return None
    return next((noted for noted in outcomes if noted.outcome is Outcome.ACCOUNT), None)


def _open(state: ProviderState, cause: Noted, now: datetime, *, anew: bool) -> None:
    state.opened_at = now if anew else state.opened_at
    state.open_code = CODES[cause.outcome]
    state.open_reason = cause.reason[:LONGEST_REASON]
    raise_alert(kind=KINDS[state.open_code], subject=state.name, message=f"{state.name}: {state.open_reason}")
    log.warning("breaker_opened", provider=state.name, code=state.open_code)


def _close(state: ProviderState) -> None:
    state.opened_at, state.open_code, state.open_reason = None, "", ""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [state.name])
    Alert.objects.filter(kind__in=[alerts.BREAKER, alerts.ACCOUNT], subject=state.name, closed_at=None).update(
        closed_at=Now(), note=CLOSED_NOTE
    )
    log.warning("breaker_closed", provider=state.name)
    wake_waves()


def _keep(state: ProviderState, kept: Breaker) -> None:
    state.open_until, state.open_seconds = kept.open_until, kept.open_seconds
    state.probe, state.probe_until = kept.probe, kept.probe_until


def _be_quiet(state: ProviderState, outcomes: Sequence[Noted], now: datetime) -> None:
    """Send nothing new for as long as the provider wishes; a shorter wish shortens no longer one."""
    wishes = [min(noted.retry_after, LONGEST_QUIET) for noted in outcomes if noted.retry_after]
    if wishes:
        until = now + timedelta(seconds=max(wishes))
        state.quiet_until = max(until, state.quiet_until or until)
