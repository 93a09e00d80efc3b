"""What staff see of each provider: how it stands, what it costs, what it has, what went wrong last."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from billing import facade
from editor.domain import Model, Resolution
from editor.models import ProviderState
from editor.provider_accounts import is_on
from editor.providers.registry import PROVIDERS
from editor.selectors.figures import read_in_flight, read_waiting
from editor.selectors.provider_health import ProviderHealth, read_health

TROUBLES = 3
AMONG = 200  # of a provider's latest ended attempts

_TROUBLES = """
SELECT name, id, finished_at, state, error_code, error_message
FROM unnest(%s::text[]) AS provider(name), LATERAL (
    SELECT id, finished_at, state, error_code, error_message FROM (
        SELECT id, finished_at, state, error_code, error_message FROM editor_attempt
        WHERE provider = name AND NOT is_test AND finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT %s) AS latest
    WHERE state IN ('failed', 'rejected', 'not_sent', 'lost') ORDER BY finished_at DESC LIMIT %s) AS trouble
ORDER BY finished_at DESC
"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An attempt that ended without a picture; `message` is the provider's own text."""

    attempt_id: str
    at: datetime
    state: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Card:
    """One provider. `prices` are (resolution, µ$ for one picture or None where none is known), upstream's."""

    name: str
    is_on: bool
    health: ProviderHealth
    disabled_at: datetime | None
    disabled_by: str
    quiet_until: datetime | None
    prices: Sequence[tuple[str, int | None]]
    evidence: str
    in_flight: int
    unknown: int
    waiting: int
    troubles: Sequence[Trouble]
    suspense: facade.Suspense


def provider_cards() -> list[Card]:
    """Read all cards, in a fixed number of queries."""
    prices = {
        resolution.value: facade.unit_prices(workspace_id="", model=Model.SEEDREAM_45, resolution=resolution)
        for resolution in Resolution
    }
    states = {state.name: state for state in ProviderState.objects.select_related("disabled_by")}
    health, waiting, troubles, suspense = read_health(), read_waiting(), _troubles(), facade.suspense()
    in_flight: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for (name, state), count in read_in_flight().items():
        in_flight[name] += count
        unknown[name] += count if state == "unknown" else 0
    return [
        Card(
            name=name,
            is_on=is_on(name),
            health=health[name],
            disabled_at=states[name].disabled_at,
            disabled_by=_email(states[name]),
            quiet_until=states[name].quiet_until,
            prices=[(size, units[name].cost if name in units else None) for size, units in prices.items()],
            evidence=PROVIDERS[name].CAPABILITIES[Model.SEEDREAM_45].evidence,
            in_flight=in_flight[name],
            unknown=unknown[name],
            waiting=waiting.get(name, 0),
            troubles=troubles.get(name, []),
            suspense=suspense.get(name, facade.Suspense()),
        )
        for name in PROVIDERS
    ]


def _email(state: ProviderState) -> str:
    return state.disabled_by.email if state.disabled_by else "somebody who is no longer here"


def _troubles() -> dict[str, list[Trouble]]:
    found: dict[str, list[Trouble]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TROUBLES, [list(PROVIDERS), AMONG, TROUBLES])
        for name, *row in cursor.fetchall():
            found.setdefault(name, []).append(Trouble(*row))
    return found
