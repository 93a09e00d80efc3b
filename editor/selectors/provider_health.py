"""Read how the providers are doing: who may be asked, who rests until when and why, and what was measured."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from django.db.models.functions import Now

from editor.breaker import Position, may_probe, position
from editor.models import ProviderState

WHY = {
    "account": "its account with us needs staff",
    "suspense_budget": "too much of what was sent to it is unsettled",
}
BRIEFLY = timedelta(seconds=10)  # so long it is waited for when it asks to be sent nothing


class Standing(StrEnum):
    """How a provider stands with us."""

    CLOSED = auto()
    OPEN = auto()
    HALF_OPEN = auto()
    DISABLED = auto()


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """One provider's health by the database's clock.

    `disabled` and `resting` are sentences without their subject, empty when it may be asked now or in a few seconds;
    half open it may, unless another attempt is trying it. `reason` is the bare one, `until` when it half opens.
    """

    name: str
    standing: Standing = Standing.CLOSED
    reason: str = ""
    until: datetime | None = None
    disabled: str = ""
    resting: str = ""
    median_seconds: float | None = None
    p95_seconds: float | None = None
    success_rate: float | None = None
    samples: int = 0


def read_health() -> dict[str, ProviderHealth]:
    """Give every provider's health by its name, in one query."""
    return {state.name: _health(state, state.now) for state in ProviderState.objects.annotate(now=Now())}


def _health(state: ProviderState, now: datetime) -> ProviderHealth:
    standing, reason, until = _standing(state, now)
    return ProviderHealth(
        name=state.name,
        standing=standing,
        reason=reason,
        until=until,
        disabled=f"is switched off by staff: {reason}" if standing is Standing.DISABLED else "",
        resting=_resting(state, now, reason),
        median_seconds=state.median_seconds,
        p95_seconds=state.p95_seconds,
        success_rate=state.success_rate,
        samples=state.samples,
    )


def _standing(state: ProviderState, now: datetime) -> tuple[Standing, str, datetime | None]:
    if state.disabled_at is not None:
        return Standing.DISABLED, state.disabled_reason or "no reason given", None
    where = position(state.breaker, now)
    if where is Position.CLOSED:
        return Standing.CLOSED, "", None
    return Standing(where.value), WHY.get(state.open_code, state.open_reason or "it kept failing"), state.open_until


def _resting(state: ProviderState, now: datetime, reason: str) -> str:
    """Say until when nothing goes there; empty when something may. A probe under way is waited for as well."""
    if state.disabled_at is not None:
        return ""
    after = "" if state.open_code in WHY else " after failures"
    match position(state.breaker, now):
        case Position.OPEN:
            return f"is resting{after} until {state.open_until:%H:%M} UTC: {reason}"
        case Position.HALF_OPEN if not may_probe(state.breaker, now):
            return f"is being tried again{after}: {reason}"
        case _ if state.quiet_until is not None and state.quiet_until > now + BRIEFLY:
            return f"asked us to send nothing new until {state.quiet_until:%H:%M:%S} UTC"
        case _:
            return ""
