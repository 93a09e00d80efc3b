"""How prices and their changes are written on the staff's pages."""

from collections.abc import Mapping
from decimal import Decimal

from django import template

from billing.models import PriceChange, UpstreamPrice
from billing.money import format_short
from billing.price_book.amounts import Asked
from billing.price_book.wishes import MarkupWish, read

register = template.Library()


@register.filter
def as_asked(price: UpstreamPrice) -> str:
    """Write a price in what the provider asks it in, when that is not dollars: `84000 credits at $0.0000005`."""
    if price.units is None or price.unit_rate is None:
        return ""
    asked = Asked(price.amount, price.currency, price.units, price.unit_rate)
    return f"{price.units.normalize():f} {price.currency} at ${asked.rate:f}"


@register.filter
def percent_of(ppm: int) -> str:
    """Write a markup: 125000 → `12.5 %`."""
    return f"{(Decimal(ppm) / 10_000).normalize():f} %".replace("-", "−")


@register.filter
def whole_percent(ppm: int) -> str:
    """Write a part of a whole without decimals, rounded down: 666666 → `66 %`."""
    return f"{ppm // 10_000} %"


@register.filter
def change_words(change: PriceChange) -> str:
    """Say what a change is: `pixazo, seedream-4.5, 2K and 4K: $0.04 → $0.05`."""
    wish = read(change.what)
    if isinstance(wish, MarkupWish):
        new = "none of their own" if wish.markup_ppm is None else percent_of(wish.markup_ppm)
        whose = wish.workspace or f"plan {wish.plan}"
        return f"markup of {whose}: {before_words(change.before)} → {new}"
    sizes = " and ".join(wish.resolutions)
    return f"{wish.provider}, {wish.model}, {sizes}: {before_words(change.before)} → {wish.asked}"


@register.filter
def before_words(before: Mapping[str, int]) -> str:
    """Write what holds before a change: the prices by resolution, or the markup."""
    if "markup" in before:
        return percent_of(before["markup"])
    return " and ".join(sorted({f"${format_short(amount)}" for amount in before.values()})) or "no price"
