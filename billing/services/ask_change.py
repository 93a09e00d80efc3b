"""Ask for a change of a price or a markup: a small one is made at once, a large one waits for a second person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from billing.errors import BadChange
from billing.models import PriceChange
from billing.price_book.amounts import checked
from billing.price_book.enter import check_route, prices_now, yardsticks
from billing.price_book.markups import LEAST, MOST, markup_now, markup_without
from billing.price_book.weigh import markup_doubt, price_doubt
from billing.price_book.wishes import MarkupWish, PriceWish, Wish, write
from billing.services.apply_change import apply_change

REASON_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Weighed:
    """What holds now (by resolution, or as `markup`), and why a second person must approve; empty when none need."""

    before: Mapping[str, int] = field(default_factory=dict)
    doubt: str = ""


def ask_change(*, staff: User, wish: Wish, reason: str, valid_from: datetime | None = None) -> PriceChange:
    """Keep a change with who asked for it and why, and make it unless a second person must approve.

    A price may begin later, never earlier: what was booked was booked by the book of its time. Raises BadChange, and
    then nothing is kept.
    """
    if not 0 < len(reason.strip()) <= REASON_CHARACTERS:
        raise BadChange(f"Say why in 1 to {REASON_CHARACTERS} characters.", param="reason")
    if valid_from is not None and valid_from <= timezone.now():
        raise BadChange("A price begins now or later; the past is booked.", param="valid_from")
    if valid_from is not None and isinstance(wish, MarkupWish):
        raise BadChange("A markup holds from now on.", param="valid_from")
    weighed = weigh(wish)
    with transaction.atomic():
        change = PriceChange.objects.create(
            what=write(wish),
            before=dict(weighed.before),
            reason=reason.strip(),
            valid_from=valid_from,
            large=weighed.doubt,
            asked_by=staff,
        )
        if not weighed.doubt:
            apply_change(change)
    return change


def weigh(wish: Wish) -> Weighed:
    """Check a wish and compare it with what holds now; raises BadChange for what cannot be meant."""
    if isinstance(wish, PriceWish):
        return _weigh_price(wish)
    if bool(wish.workspace) == bool(wish.plan):
        raise BadChange("Name a workspace or a plan.", param="whose")
    try:
        now = markup_now(wish)
    except LookupError as error:
        raise BadChange(str(error.args[0]), param="whose") from error
    new = markup_without(wish) if wish.markup_ppm is None else wish.markup_ppm
    if not LEAST <= new <= MOST:
        raise BadChange(f"A markup is {LEAST // 10_000} to {MOST // 10_000} %.", param="markup")
    return Weighed({"markup": now}, markup_doubt(new=new, before=now))


def _weigh_price(wish: PriceWish) -> Weighed:
    model, resolutions = wish.model, wish.resolutions
    try:
        check_route(provider=wish.provider, model=model, resolutions=resolutions)
        checked(wish.asked)
    except ValueError as error:
        said = str(error)
        raise BadChange(f"{said[0].upper()}{said[1:]}.", param="amount" if "price of" in said else "route") from error
    before = prices_now(provider=wish.provider, model=model, resolutions=resolutions)
    yardstick = yardsticks(model=model, resolutions=resolutions)
    return Weighed(before, price_doubt(amount=wish.asked.amount, before=before, yardstick=yardstick))
