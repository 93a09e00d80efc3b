"""Staff look into an item: take it, note what they found, say how it ended."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from billing.errors import ItemResolved, MonthSigned
from billing.ledger import Stated, accept_charge, settle_stated
from billing.models import CostLine, ItemKind, MonthSignOff, Resolution, ReviewItem, Transfer
from billing.services.take_turn import PATIENCE, take_turn
from billing.transactions import in_transaction

# What has an amount that no statement's settlement has booked yet. The others are about what is booked already.
CHARGES = frozenset(
    {ItemKind.UNMATCHED, ItemKind.OVER_CHARGED, ItemKind.DUPLICATE, ItemKind.MISSING_REFUND, ItemKind.PRICE_DRIFT}
)


def take_item(*, item: str, by: User | None) -> None:
    """Make somebody the one who looks into it, or nobody. Raises ItemResolved."""
    if not ReviewItem.objects.filter(id=item, resolved_at=None).update(owner=by):
        raise ItemResolved


def note_item(*, item: str, note: str) -> None:
    """Keep what was found out so far. Raises ItemResolved."""
    if not ReviewItem.objects.filter(id=item, resolved_at=None).update(note=note):
        raise ItemResolved


@in_transaction
@transaction.atomic
def resolve_item(*, item: str, resolution: Resolution, note: str, by: User) -> ReviewItem:
    """Say how an item ended: accepting a charge books it, disputing one that is on no statement gives it up.

    One transaction. Raises ItemResolved, MonthSigned and NotYourTurn; then nothing is kept.
    """
    for provider in ReviewItem.objects.filter(id=item).values_list("provider", flat=True):
        take_turn(provider, patience=PATIENCE)
    resolved = ReviewItem.objects.filter(id=item, resolved_at=None).update(
        resolution=resolution, resolved_by=by, resolved_at=Now(), note=note
    )
    if not resolved:
        raise ItemResolved
    found = ReviewItem.objects.get(id=item)
    if MonthSignOff.objects.filter(month=found.month).exists():
        raise MonthSigned(found.month)
    if resolution == Resolution.DISPUTED and found.kind == ItemKind.NOT_STATED:
        _owe_nothing(found)
    if resolution == Resolution.ACCEPTED and booked_if_accepted(found):
        found.adjustment = _book(found)
        found.save(update_fields=["adjustment"])
    return found


def booked_if_accepted(item: ReviewItem) -> int:
    """Tell what accepting an item books, in µ$: a statement's charge. What a price was seen to be is none."""
    return item.amount if item.kind in CHARGES and "statement" in item.evidence else 0


def given_up_if_disputed(item: ReviewItem) -> int:
    """Tell what disputing an item takes back, in µ$: a cost that was booked and that no statement charges."""
    return item.amount if item.kind == ItemKind.NOT_STATED else 0


def _book(item: ReviewItem) -> Transfer:
    """Book the charge; a new price is no single attempt's, and what nothing is known of is nobody's.

    Nor is what came back beyond a charge: no attempt costs less than nothing.
    """
    of_attempt = item.kind not in {ItemKind.UNMATCHED, ItemKind.PRICE_DRIFT} and item.amount > 0
    return accept_charge(
        key=f"item:{item.id}", provider=item.provider, amount=item.amount, memo=item.get_kind_display(),
        attempt=item.attempt if of_attempt else "",
    )  # fmt: skip


def _owe_nothing(item: ReviewItem) -> None:
    """Give up a cost that no statement charges, nor one since the item was raised."""
    if CostLine.objects.filter(attempt=item.attempt, stated=None).exists():
        settle_stated(provider=item.provider, statement=item.id, settlements=[Stated(item.attempt, 0, 0)])
