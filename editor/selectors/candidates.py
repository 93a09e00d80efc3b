"""Put together what is known of a provider when an edit is routed."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from billing import facade
from editor.provider_accounts import is_on
from editor.providers.registry import PROVIDERS
from editor.routing import Candidate
from editor.selectors.provider_health import ProviderHealth

NOT_ALLOWED = "not allowed in this workspace"
NOT_QUOTED = "is not part of the quote: it could not do this then"


def candidate(
    name: str,
    model: str,
    unit: facade.UnitPrice | None,
    health: ProviderHealth | None,
    *,
    allowed: Collection[str] | None,
    test: bool = False,
) -> Candidate:
    """Give a provider as a candidate for edits with a model, at this price, in this health; no query.

    `allowed` names the workspace's providers, None allows all. In a `test` the simulator plays it, on and well.
    """
    well = health or ProviderHealth(name)
    forbidden = allowed is not None and name not in allowed
    return Candidate(
        name=name,
        capabilities=PROVIDERS[name].CAPABILITIES.get(model),
        has_key=is_on(name, test=test),
        cost=unit.cost if unit else None,
        price=unit.price if unit else None,
        disabled=NOT_ALLOWED if forbidden else "" if test else well.disabled,
        resting="" if test else well.resting,
        median_seconds=well.median_seconds,
        success_rate=well.success_rate,
        samples=well.samples,
    )


def promised(one: Candidate, prices: Mapping[str, int]) -> Candidate:
    """Give a candidate as a quote has it: at the promised price, even below what it costs by now, or left out."""
    price = prices.get(one.name)
    if price is None:
        return replace(one, left_out=NOT_QUOTED)
    return replace(one, price=price, cost=one.cost and min(one.cost, price))
