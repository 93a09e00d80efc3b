"""Enter what a provider asks for one picture, and so open the route."""

from fractions import Fraction
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.money import format_short, parse_usd
from billing.price_book import MODELS, PROVIDERS, RESOLUTIONS, set_price
from billing.price_book.enter import check_route, prices_now
from billing.price_book.weigh import is_slip


class Command(BaseCommand):
    """`manage.py set_price pixazo 0.04`: from now on a picture by Pixazo costs us 4 cents.

    Whoever has the shell has the database, so no second person is asked here; a digit too many or too few is.
    """

    help = "Enter what a provider asks for one picture, from now on; a route without a price is closed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the provider, the price, and what it is the price of."""
        parser.add_argument("provider", help=", ".join(PROVIDERS))
        parser.add_argument("usd", help="dollars for one picture, such as 0.038")
        parser.add_argument("--resolution", help=f"{' or '.join(RESOLUTIONS)}; both when not given")
        parser.add_argument("--model", default=MODELS[0], help=f"{' or '.join(MODELS)} (default: {MODELS[0]})")
        parser.add_argument("--sure", action="store_true", help="yes, it is that far from the present price")

    def handle(self, *, provider: str, usd: str, resolution: str | None, model: str, **options: Any) -> None:
        """Check everything, then enter the price."""
        route: dict[str, Any] = {"provider": provider, "model": model}
        route["resolutions"] = (resolution,) if resolution else RESOLUTIONS
        try:
            amount = parse_usd(usd)
            check_route(**route)
            if not options["sure"]:
                _check_slip(amount, prices_now(**route))
            set_price(**route, amount=amount, source="manage.py set_price")
        except ValueError as error:
            raise CommandError(f"No price was entered: {error}.") from error
        self.stdout.write(
            f"From now on a picture by {provider} with {model} in {' and '.join(route['resolutions'])} "
            f"costs ${format_short(amount)}."
        )


def _check_slip(amount: int, present: dict[str, int]) -> None:
    for held in present.values():
        if amount and is_slip(Fraction(amount, held)):
            raise ValueError(
                f"${format_short(amount)} looks like a slip of the hand where the price is ${format_short(held)}; "
                "add --sure if it is meant"
            )
