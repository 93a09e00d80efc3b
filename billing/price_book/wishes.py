"""A change of prices as it is asked for and as its row keeps it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.price_book.amounts import Asked

PRICE, MARKUP = "price", "markup"


@dataclass(frozen=True, slots=True)
class PriceWish:
    """What one picture by a provider is to cost us from a moment on."""

    provider: str
    model: str
    resolutions: tuple[str, ...]
    asked: Asked


@dataclass(frozen=True, slots=True)
class MarkupWish:
    """What is to be added to the cost for a workspace, or for all on a plan; None takes their own markup away.

    Markups are in parts per million. Exactly one of `workspace` and `plan` is given.
    """

    workspace: str = ""
    plan: str = ""
    markup_ppm: int | None = None


Wish = PriceWish | MarkupWish


def write(wish: Wish) -> dict[str, Any]:
    """Give a wish as JSON."""
    if isinstance(wish, MarkupWish):
        whose = {"workspace": wish.workspace} if wish.workspace else {"plan": wish.plan}
        return {"kind": MARKUP, **whose, "markup_ppm": wish.markup_ppm}
    return {
        "kind": PRICE,
        "provider": wish.provider,
        "model": wish.model,
        "resolutions": list(wish.resolutions),
        "amount": wish.asked.amount,
        "currency": wish.asked.currency,
        "units": None if wish.asked.units is None else str(wish.asked.units),
        "unit_rate": wish.asked.unit_rate,
    }


def read(what: Mapping[str, Any]) -> Wish:
    """Read back what `write` wrote."""
    if what["kind"] == MARKUP:
        return MarkupWish(what.get("workspace", ""), what.get("plan", ""), what["markup_ppm"])
    units = None if what["units"] is None else Decimal(what["units"])
    asked = Asked(what["amount"], what["currency"], units, what["unit_rate"])
    return PriceWish(what["provider"], what["model"], tuple(what["resolutions"]), asked)
