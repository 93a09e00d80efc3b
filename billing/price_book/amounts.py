"""An upstream price as a provider asks it: in dollars, or in credits or another currency at a rate. Pure."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from billing.money import MICRO, format_short, parse_usd

LARGEST_PRICE = 100 * MICRO  # a hundred dollars for one picture is a typo
USD = "USD"
PICO = 10**12
_CURRENCY = re.compile(r"[A-Z]{3}|credits")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_RATE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Asked:
    """The price of one picture: `amount` in µ$, and outside of dollars how many `units` at how many 10⁻¹² dollars."""

    amount: int
    currency: str = USD
    units: Decimal | None = None
    unit_rate: int | None = None

    def __str__(self) -> str:
        if self.units is None or self.unit_rate is None:
            return f"${format_short(self.amount)}"
        return f"${format_short(self.amount)} ({self.units.normalize():f} {self.currency} at {self.rate:f} dollars)"

    @property
    def rate(self) -> Decimal:
        """Dollars for one of the currency."""
        return (Decimal(self.unit_rate or 0) / PICO).normalize()


def in_dollars(text: str) -> Asked:
    """Read a price such as `0.038`; raises ValueError, in words for whoever typed it."""
    return checked(Asked(parse_usd(text.strip())))


def in_units(*, currency: str, units: str, rate: str) -> Asked:
    """Read a price in credits or another currency: `84000` `credits` at `0.0000005` dollars; raises ValueError."""
    if not _CURRENCY.fullmatch(currency) or currency == USD:
        raise ValueError(f"the currency is USD, credits or three capital letters such as EUR, not {currency[:20]!r}")
    if not _NUMBER.fullmatch(units):
        raise ValueError(f"the units are a number with at most six decimals such as 84000, not {units[:40]!r}")
    if not _RATE.fullmatch(rate):
        raise ValueError(f"the rate is dollars for one with at most twelve decimals, not {rate[:40]!r}")
    counted, unit_rate = Decimal(units), int(Decimal(rate) * PICO)
    amount = int((counted * unit_rate * MICRO / PICO).to_integral_value(ROUND_CEILING))
    return checked(Asked(amount, currency, counted, unit_rate))


def checked(asked: Asked) -> Asked:
    """Give it back unless it cannot be meant; raises ValueError."""
    if not 0 < asked.amount <= LARGEST_PRICE:
        raise ValueError(
            f"the price of one picture is above $0 and at most ${format_short(LARGEST_PRICE)}, "
            f"not ${format_short(asked.amount)}"
        )
    return asked
