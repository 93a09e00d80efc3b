"""What a provider's credit is worth."""

from datetime import datetime

from billing.models import UpstreamPrice

CREDITS = "credits"


def unit_rate(*, provider: str, model: str, resolution: str, at: datetime) -> int | None:
    """Give the worth of one credit at that moment in 10⁻¹² dollars, None when the price is in no credits. One query."""
    prices = UpstreamPrice.objects.filter(provider=provider, model=model, resolution=resolution, valid_from__lte=at)
    held = prices.order_by("-valid_from").values_list("currency", "unit_rate").first()
    return held[1] if held is not None and held[0] == CREDITS else None
