"""Make a change of prices that may be made."""

import structlog
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from billing.errors import BadChange, ChangeDecided
from billing.models import PriceChange
from billing.price_book.enter import enter
from billing.price_book.markups import set_markup
from billing.price_book.wishes import MarkupWish, PriceWish, read

SOURCE_CHARACTERS = 200
log = structlog.get_logger(__name__)


def apply_change(change: PriceChange) -> None:
    """Make it, in the caller's transaction.

    Raises ChangeDecided when it was made or refused by somebody else, BadChange when another price begins then. A price
    whose moment passed while it waited begins now.
    """
    made = PriceChange.objects.filter(id=change.id, applied_at=None, refused_at=None).update(
        applied_at=Now(), approved_by=change.approved_by
    )
    if not made:
        raise ChangeDecided("Somebody has decided on this change meanwhile; look again.")
    wish = read(change.what)
    if isinstance(wish, MarkupWish):
        set_markup(wish)
    else:
        _enter(change, wish)
    log.info("prices_changed", change=change.id, asked_by=change.asked_by_id, approved_by=change.approved_by_id)


def _enter(change: PriceChange, wish: PriceWish) -> None:
    later = change.valid_from is not None and change.valid_from > timezone.now()
    try:
        with transaction.atomic():
            enter(
                provider=wish.provider,
                model=wish.model,
                resolutions=wish.resolutions,
                asked=wish.asked,
                source=f"{change.reason} ({change.id})"[-SOURCE_CHARACTERS:],
                valid_from=change.valid_from if later else None,
                entered_by=change.asked_by,
            )
    except IntegrityError as error:
        raise BadChange("Another price begins at that very moment.", param="valid_from") from error
