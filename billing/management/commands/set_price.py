"""Enter what a provider asks for one picture, and so open the route."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.money import format_short, parse_usd
from billing.price_book import MODELS, PROVIDERS, RESOLUTIONS, set_price


class Command(BaseCommand):
    """`manage.py set_price pixazo 0.04`: from now on a picture by Pixazo costs us 4 cents."""

    help = "Enter what a provider asks for one picture, from now on; a route without a price is closed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the provider, the price, and what it is the price of."""
        parser.add_argument("provider", help=", ".join(PROVIDERS))
        parser.add_argument("usd", help="dollars for one picture, such as 0.038")
        parser.add_argument("--resolution", help=f"{' or '.join(RESOLUTIONS)}; both when not given")
        parser.add_argument("--model", default=MODELS[0], help=f"{' or '.join(MODELS)} (default: {MODELS[0]})")

    def handle(self, *, provider: str, usd: str, resolution: str | None, model: str, **_options: Any) -> None:
        """Check everything, then enter the price."""
        resolutions = (resolution,) if resolution else RESOLUTIONS
        try:
            amount = parse_usd(usd)
            set_price(
                provider=provider, model=model, resolutions=resolutions, amount=amount, source="manage.py set_price"
            )
        except ValueError as error:
            raise CommandError(f"No price was entered: {error}.") from error
        self.stdout.write(
            f"From now on a picture by {provider} with {model} in {' and '.join(resolutions)} "
            f"costs ${format_short(amount)}."
        )
