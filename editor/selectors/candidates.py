"""Put together what is known of a provider when an edit is routed."""

from billing import facade
from editor.provider_accounts import is_on
from editor.providers.registry import PROVIDERS
from editor.routing import Candidate
from editor.selectors.provider_health import ProviderHealth


def candidate(name: str, model: str, unit: facade.UnitPrice | None, health: ProviderHealth | None) -> Candidate:
    """Give a provider as a candidate for edits with a model, at this price, in this health; no query."""
    well = health or ProviderHealth(name)
    return Candidate(
        name=name,
        capabilities=PROVIDERS[name].CAPABILITIES.get(model),
        has_key=is_on(name),
        cost=unit.cost if unit else None,
        price=unit.price if unit else None,
        disabled=well.disabled,
        resting=well.resting,
        median_seconds=well.median_seconds,
        success_rate=well.success_rate,
        samples=well.samples,
    )
