"""The price book as staff read it: what holds, what comes, what held."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Now

from billing.models import PriceChange, UpstreamPrice
from billing.price_book.known import EVIDENCE, MODELS, PROVIDERS, RESOLUTIONS, YARDSTICK

HISTORY = 50
DECIDED = 20


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the book. `present` is None where nobody knows a price, which closes the route."""

    provider: str
    model: str
    resolution: str
    evidence: str
    present: UpstreamPrice | None = None
    following: UpstreamPrice | None = None

    @property
    def key(self) -> str:
        """Name it in an address."""
        return f"{self.provider}/{self.model}/{self.resolution}"


def price_table() -> list[Route]:
    """Read the book, one line for each route there may be; of the second model only what has a price. One query."""
    rows = UpstreamPrice.objects.annotate(now=Now()).order_by("valid_from", "id")
    present: dict[tuple[str, str, str], UpstreamPrice] = {}
    following: dict[tuple[str, str, str], UpstreamPrice] = {}
    for row in rows:
        key = (row.provider, row.model, row.resolution)
        if row.valid_from <= row.now:
            present[key] = row
        else:
            following.setdefault(key, row)
    usual = [(name, MODELS[0], size) for name in PROVIDERS for size in RESOLUTIONS]
    others = sorted(key for key in present.keys() | following.keys() if key not in usual and key[0] != YARDSTICK)
    yardstick = sorted(key for key in present if key[0] == YARDSTICK)
    return [
        Route(*key, EVIDENCE.get(key[0], ""), present.get(key), following.get(key))
        for key in [*usual, *others, *yardstick]
    ]


def price_history(*, provider: str, model: str, resolution: str) -> Sequence[UpstreamPrice]:
    """Read what a route has cost and will cost, the latest first."""
    rows = UpstreamPrice.objects.filter(provider=provider, model=model, resolution=resolution)
    return list(rows.annotate(now=Now()).select_related("entered_by").order_by("-valid_from", "-id")[:HISTORY])


def waiting_changes() -> Sequence[PriceChange]:
    """Read the changes that wait for a second person, the oldest first."""
    waiting = PriceChange.objects.filter(applied_at=None, refused_at=None)
    return list(waiting.select_related("asked_by").order_by("asked_at"))


def decided_changes() -> Sequence[PriceChange]:
    """Read the latest changes that were made or refused: who asked, who decided."""
    decided = PriceChange.objects.exclude(applied_at=None, refused_at=None)
    return list(decided.select_related("asked_by", "approved_by", "refused_by").order_by("-asked_at")[:DECIDED])
