"""The price book: what one picture costs upstream since when, and what it sells for."""

from billing.price_book.enter import set_price
from billing.price_book.known import MODELS, PROVIDERS, RESOLUTIONS, enter_known_prices
from billing.price_book.units import UnitPrice, markup_ppm, unit_prices

__all__ = [
    "MODELS",
    "PROVIDERS",
    "RESOLUTIONS",
    "UnitPrice",
    "enter_known_prices",
    "markup_ppm",
    "set_price",
    "unit_prices",
]
