"""How large a change is: whether one person may make it, and whether it looks like a slip of the hand. Pure."""

from collections.abc import Mapping
from fractions import Fraction

from billing.money import format_short

AT_MOST, AT_LEAST = Fraction(3, 2), Fraction(67, 100)  # times the present price; beyond, a second person is asked
SLIP = 5  # at this factor a zero too many or too few is likelier than a new price
POINTS = 100_000  # parts per million: ten percentage points of markup


def price_doubt(*, amount: int, before: Mapping[str, int], yardstick: Mapping[str, int]) -> str:
    """Say why a price needs a second person; empty when it does not.

    `before` is what holds now by resolution, all that the price is for; without one the yardstick is what is
    compared with, and without that too nothing tells a typo.
    """
    for resolution in sorted({*before, *yardstick}):
        known = before.get(resolution)
        held = known if known is not None else yardstick[resolution]
        factor = Fraction(amount, held)
        if not AT_LEAST <= factor <= AT_MOST:
            what = "the present price" if known is not None else "Ark’s price"
            slip = ", which looks like a slip of the hand" if is_slip(factor) else ""
            return f"{float(factor):.3g} times {what} of ${format_short(held)} in {resolution}{slip}"
    return "" if before or yardstick else "nothing is known to compare it with"


def is_slip(factor: Fraction) -> bool:
    """Tell whether a price is so far from another that a digit too many or too few is likelier than a change."""
    return factor >= SLIP or factor * SLIP <= 1


def markup_doubt(*, new: int, before: int) -> str:
    """Say why a markup needs a second person; empty when it does not. Both in parts per million."""
    points = Fraction(abs(new - before), 10_000)
    if abs(new - before) > POINTS:
        return f"{float(points):g} points away from the present {before / 10_000:g} %"
    return "it sells below cost, which closes every route" if new < 0 else ""
