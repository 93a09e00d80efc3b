"""Put together what is known of a provider when an edit is routed."""

from collections.abc import Collection

from billing import facade
from editor.provider_accounts import is_on
from editor.providers.registry import PROVIDERS
from editor.routing import Candidate
from editor.selectors.provider_health import ProviderHealth

NOT_ALLOWED = "not allowed in this workspace"


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

    `allowed` names the workspace's providers, None allows all. In a `test` the simulator plays it, which is on and well.
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
