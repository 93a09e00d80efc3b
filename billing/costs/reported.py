"""Read what a provider wrote of a cost: an amount and its unit, from any text."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from billing.money import LARGEST, MICRO

LONGEST = 40
# At most 20 digits on each side and a small exponent: whatever passes is finite, and quick to work with.
_AMOUNT = re.compile(
    r"(?P<dollar>\$|USD)? ?(?P<number>[+-]?[0-9]{1,20}(\.[0-9]{0,20})?(e[+-]?[0-9]{1,2})?) ?(?P<unit>USD|credits?)?",
    re.IGNORECASE,
)


class Unit(StrEnum):
    """What a reported cost counts."""

    USD = "US dollars"
    CREDITS = "credits"


@dataclass(frozen=True, slots=True)
class Reported:
    """An amount as it was written; perhaps negative, perhaps absurd, always finite."""

    number: Decimal
    unit: Unit


def read_reported(text: str) -> Reported | None:
    """Read `0.042`, `4.2e-2`, `$0.042`, `USD 0.042` or `6.5 credits`; None for anything else. Never raises."""
    read = _AMOUNT.fullmatch(text.strip()) if len(text) <= LONGEST and text.isascii() else None
    if read is None:
        return None
    in_credits = (read["unit"] or "").lower().startswith("credit")
    if in_credits and read["dollar"]:
        return None
    return Reported(Decimal(read["number"]), Unit.CREDITS if in_credits else Unit.USD)


def in_micro(reported: Reported, *, unit_rate: int | None) -> int | None:
    """Give µ$, rounded up; None for credits without a rate (10⁻¹² dollars for one). Cut at ±2^53, beyond belief."""
    if reported.unit is Unit.USD:
        exact = reported.number * MICRO
    elif unit_rate is None:
        return None
    else:
        exact = reported.number * unit_rate / MICRO
    return int(max(min(exact, Decimal(LARGEST)), Decimal(-LARGEST)).to_integral_value(ROUND_CEILING))
