"""Put something up for review, once for each cause; what a later statement takes back needs no looking into."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from django.db.models.functions import Now

from billing.models import ItemKind, Resolution, ReviewItem
from billing.services.any_of import any_of

TAKEN_BACK = "A later statement takes it back."
BATCH = 5_000
OF_STATEMENTS = (ItemKind.DUPLICATE, ItemKind.OVER_CHARGED, ItemKind.MISSING_REFUND)


def raise_items(items: Sequence[ReviewItem], *, about: AbstractSet[str] = frozenset()) -> int:
    """Raise what was found and tell how many are new.

    `about` names the attempts that were just judged again: what is open or disputed of theirs and was not found again
    is resolved, and what was found again has its amount and evidence brought up to date.
    """
    keys = {item.key for item in items}
    ReviewItem.objects.filter(
        attempt__in=any_of(about), kind__in=OF_STATEMENTS, resolution__in=["", Resolution.DISPUTED]
    ).exclude(key__in=any_of(keys)).update(resolution=Resolution.REFUNDED, resolved_at=Now(), note=TAKEN_BACK)
    known = {known.key: known for known in ReviewItem.objects.filter(key__in=any_of(keys))}
    for item in items:
        before = known.get(item.key)
        if before is not None and before.resolved_at is None and before.amount != item.amount:
            ReviewItem.objects.filter(id=before.id).update(amount=item.amount, evidence=item.evidence)
    new = [item for item in items if item.key not in known]
    ReviewItem.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    return len(new)
