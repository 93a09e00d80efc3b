"""Notice that a provider's price is not what the book says: by what it reports, and by what it publishes."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from billing.models import CostLine, ItemKind, UpstreamPrice
from billing.reconciliation.drift import Drift, Priced, drifts
from billing.services.raise_item import raise_item

LOOKED_AT = timedelta(hours=24)
MOST = 20_000


def watch_reported_prices() -> int:
    """Raise an item for each new price that a day's believed reports agree on, and tell how many prices those are."""
    since = timezone.now() - LOOKED_AT
    rows = CostLine.objects.filter(at__gte=since, reported__isnull=False, delivered__gt=0, expected__gt=0)
    columns = ("attempt", "provider", "model", "resolution", "at", "reported", "delivered", "expected")
    priced = {
        attempt: Priced(f"{provider} {model} {resolution}", at, reported, delivered, expected)
        for attempt, provider, model, resolution, at, reported, delivered, expected in rows.order_by("-at").values_list(
            *columns
        )[:MOST]
    }
    found = drifts(priced)
    for drift in found:
        _raise(drift, priced)
    return len(found)


def _raise(drift: Drift, priced: dict[str, Priced]) -> None:
    provider = drift.kind.split()[0]
    raise_item(
        key=f"reported:{drift.kind}:{drift.unit}:{drift.was}",
        kind=ItemKind.PRICE_DRIFT,
        provider=provider,
        at=drift.since,
        amount=sum(priced[attempt].amount - priced[attempt].due for attempt in drift.attempts),
        evidence={
            "source": "what the provider reported with its pictures", "for": drift.kind, "unit": drift.unit,
            "was": drift.was, "since": f"{drift.since:%FT%TZ}", "charges": len(drift.attempts),
            "examples": sorted(drift.attempts)[:10],
        },
    )  # fmt: skip


def note_published_price(*, provider: str, model: str, amount: int, source: str) -> bool:
    """Compare a price that a provider publishes, in µ$, with the book; tells whether an item was raised for it.

    It is the dearest of the model's, so it is compared with the dearest in the book; nothing is compared without one.
    """
    now = datetime.now(UTC)
    rows = UpstreamPrice.objects.filter(provider=provider, model=model, valid_from__lte=now).order_by("valid_from")
    known = dict(rows.values_list("resolution", "amount"))
    if not known or max(known.values()) == amount:
        return False
    was = max(known.values())
    raise_item(
        key=f"published:{provider}:{model}:{amount}:{was}",
        kind=ItemKind.PRICE_DRIFT,
        provider=provider,
        at=now,
        amount=amount - was,
        evidence={"source": source, "for": model, "unit": amount, "was": was, "since": f"{now:%FT%TZ}"},
    )
    return True
