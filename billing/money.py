"""Money as integer micro-dollars (1 USD = 1,000,000): parse, format, apply a markup. No floats anywhere."""

import re

MICRO = 1_000_000
LARGEST = 2**53 - 1  # so that an amount survives a JavaScript reader
DECIMALS = 6

_DOLLARS = re.compile(r"(?P<minus>-?)0*(?P<dollars>[0-9]+)(?:\.(?P<decimals>[0-9]+))?")


def parse_usd(text: str) -> int:
    """Read dollars such as `25.00` as micro-dollars.

    Raises ValueError for anything but a plain, non-negative number with at most six decimals, below 2^53 µ$.
    """
    read = _DOLLARS.fullmatch(text)
    if read is None:
        raise ValueError(f"not an amount of dollars such as 25.00: {text[:40]!r}")
    if read["minus"]:
        raise ValueError("an amount of dollars cannot be negative")
    decimals = read["decimals"] or ""
    if len(decimals) > DECIMALS:
        raise ValueError("an amount of dollars has at most six decimals")
    if (
        len(read["dollars"]) > len(str(LARGEST))
        or (micro := int(read["dollars"] + decimals.ljust(DECIMALS, "0"))) > LARGEST
    ):
        raise ValueError(f"the amount is above {format_usd(LARGEST)} dollars")
    return micro


def format_usd(micro: int) -> str:
    """Write micro-dollars with six decimals, as the API does: 47500 → `0.047500`."""
    sign = "-" if micro < 0 else ""
    dollars, rest = divmod(abs(micro), MICRO)
    return f"{sign}{dollars}.{rest:06d}"


def format_short(micro: int) -> str:
    """Write micro-dollars for people, without needless zeros but with cents: 47500 → `0.0475`, 25000000 → `25.00`."""
    dollars, decimals = format_usd(micro).split(".")
    return f"{dollars}.{decimals.rstrip('0').ljust(2, '0')}"


def with_markup(cost: int, markup_ppm: int) -> int:
    """Give the selling price for a cost and a markup in parts per million, rounded up once to a micro-dollar."""
    return -(-cost * (MICRO + markup_ppm) // MICRO)
