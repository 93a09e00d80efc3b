"""Read amounts of money from forms."""

from accounts.errors import InvalidInput
from billing.money import parse_usd


def read_usd(text: str, *, param: str) -> int:
    """Read dollars that somebody typed, with or without a sign, as µ$; raises InvalidInput that names the field."""
    try:
        return parse_usd(text.strip().removeprefix("$").replace(",", ""))
    except ValueError as error:
        said = str(error)
        raise InvalidInput(f"{said[0].upper()}{said[1:]}. Nothing was charged.", param=param) from error
