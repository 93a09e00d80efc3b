"""Enter what a provider asks for one picture, and so open the route."""

from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from accounts.models import User
from billing.errors import BadChange
from billing.money import format_short, parse_usd
from billing.price_book import MODELS, PROVIDERS, RESOLUTIONS, set_price
from billing.price_book.amounts import Asked, checked
from billing.price_book.enter import check_route, prices_now, yardsticks
from billing.price_book.weigh import is_slip, price_doubt
from billing.price_book.wishes import PriceWish
from billing.services.ask_change import ask_change


class Command(BaseCommand):
    """`manage.py set_price pixazo 0.04`: from now on a picture by Pixazo costs us 4 cents.

    A change that the page would let wait for a second person waits for one here too, and wants to know who asks.
    """

    help = "Enter what a provider asks for one picture, from now on; a route without a price is closed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the provider, the price, what it is the price of, and who asks for a large change."""
        parser.add_argument("provider", help=", ".join(PROVIDERS))
        parser.add_argument("usd", help="dollars for one picture, such as 0.038")
        parser.add_argument("--resolution", help=f"{' or '.join(RESOLUTIONS)}; both when not given")
        parser.add_argument("--model", default=MODELS[0], help=f"{' or '.join(MODELS)} (default: {MODELS[0]})")
        parser.add_argument("--by", help="e-mail address of the member of staff who asks for a large change")
        parser.add_argument("--reason", default="", help="why, for the second person who approves a large change")

    def handle(self, *, provider: str, usd: str, resolution: str | None, model: str, **options: Any) -> None:
        """Check everything, then enter the price, or ask for it."""
        resolutions = (resolution,) if resolution else RESOLUTIONS
        route: dict[str, Any] = {"provider": provider, "model": model, "resolutions": resolutions}
        try:
            amount = parse_usd(usd)
            check_route(**route)
            checked(Asked(amount))
            doubt = _doubt(amount, route)
            if not doubt:
                set_price(**route, amount=amount, source="manage.py set_price")
        except ValueError as error:
            raise CommandError(f"No price was entered: {error}.") from error
        if doubt:
            self._ask(PriceWish(provider, model, resolutions, Asked(amount)), doubt, **options)
            return
        self.stdout.write(
            f"From now on a picture by {provider} with {model} in {' and '.join(resolutions)} "
            f"costs ${format_short(amount)}."
        )

    def _ask(self, wish: PriceWish, doubt: str, *, by: str | None, reason: str, **_: Any) -> None:
        if not by:
            raise CommandError(
                f"No price was entered: it is {doubt}, so a second person must approve it. "
                "Say who asks with --by and why with --reason."
            )
        staff = User.objects.filter(email__iexact=by, is_staff=True, is_active=True).first()
        if staff is None:
            raise CommandError(f"No price was entered: --by names nobody on the staff: {by!r}.")
        try:
            change = ask_change(staff=staff, wish=wish, reason=reason)
        except BadChange as error:
            raise CommandError(f"No price was entered: {error}") from error
        page = settings.PUBLIC_BASE_URL + reverse("billing:staff_prices")
        self.stdout.write(
            f"{change.id} waits, and the price is as before: it is {change.large}. "
            f"Somebody else on the staff approves it at {page}."
        )


def _doubt(amount: int, route: dict[str, Any]) -> str:
    """Say why a second person must approve; empty when none need.

    A first price opens a closed route, so that only a slip of the hand is looked for, where Ark's price can show one.
    """
    before = prices_now(**route)
    known = yardsticks(model=route["model"], resolutions=route["resolutions"])
    slips = {
        resolution: price
        for resolution, price in known.items()
        if resolution not in before and is_slip(Fraction(amount, price))
    }
    return price_doubt(amount=amount, before=before, yardstick=slips) if before or slips else ""
