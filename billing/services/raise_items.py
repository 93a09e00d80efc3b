"""Put something up for review, once for each cause; what a later statement takes back needs no looking into."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from django.db.models import Q
from django.db.models.functions import Now

from billing.models import ItemKind, Resolution, ReviewItem
from billing.services.any_of import any_of

TAKEN_BACK = "A later statement takes it back."
CHARGED_LATER = "A later statement charges it."
BATCH = 5_000
OF_STATEMENTS = (ItemKind.DUPLICATE, ItemKind.OVER_CHARGED, ItemKind.MISSING_REFUND)
SAID = (Resolution.DISPUTED, Resolution.NOTHING)
AGAIN = "#"  # before the number of a further item of the same cause


def raise_items(items: Sequence[ReviewItem], *, about: AbstractSet[str] = frozenset()) -> int:
    """Raise what was found and tell how many are new.

    `about` names the attempts that were just judged again: what was not accepted of theirs and is not found again is
    resolved. What was found again with another amount is brought up to date while it is open; what comes on top of
    one that was resolved is a further item of the same cause. The caller has taken its turn.
    """
    causes = {item.key for item in items}
    known = _known(items, about)
    gone = [one.id for cause, rows in known.items() if cause not in causes for one in rows if _ends(one, about)]
    ReviewItem.objects.filter(id__in=any_of(gone)).update(
        resolution=Resolution.REFUNDED, resolved_at=Now(), note=TAKEN_BACK
    )
    ReviewItem.objects.filter(attempt__in=any_of(about), kind=ItemKind.NOT_STATED, resolution="").update(
        resolution=Resolution.NOTHING, resolved_at=Now(), note=CHARGED_LATER
    )
    new = [item for item in items if _is_further(item, known[item.key])]
    ReviewItem.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    return len(new)


def _known(items: Sequence[ReviewItem], about: AbstractSet[str]) -> Mapping[str, list[ReviewItem]]:
    """Give what was raised before of the same causes, and of these attempts, by cause."""
    of_attempts = Q(attempt__in=any_of(about), kind__in=OF_STATEMENTS)
    of_prices = Q(kind=ItemKind.PRICE_DRIFT, provider__in={item.provider for item in items})
    known = defaultdict[str, list[ReviewItem]](list)
    for row in ReviewItem.objects.filter(of_attempts | of_prices | Q(key__in=any_of({item.key for item in items}))):
        known[row.key if row.kind == ItemKind.UNMATCHED else row.key.partition(AGAIN)[0]].append(row)
    return known


def _ends(known: ReviewItem, about: AbstractSet[str]) -> bool:
    return known.attempt in about and known.kind in OF_STATEMENTS and known.resolution in ("", *SAID)


def _is_further(item: ReviewItem, known: Sequence[ReviewItem]) -> bool:
    """Bring what is known of a cause up to what was found now; true where that takes an item more, which is `item`.

    A new price is found in the charges of each statement by itself, so that its amounts add up; the rest is found
    again as a whole, less what was accepted.
    """
    if not known:
        return True
    if item.kind == ItemKind.PRICE_DRIFT:
        rest = item.amount + sum(one.amount for one in known if not one.resolution)
    else:
        rest = item.amount - sum(one.amount for one in known if _is_said(one))
    is_open = next((one for one in known if not one.resolution), None)
    said = next((one for one in known if one.resolution in SAID), None)
    if is_open is not None:
        if is_open.amount != rest:
            taken_out = item.kind == ItemKind.PRICE_DRIFT and item.amount < 0  # it says nothing new of the price
            evidence = is_open.evidence if taken_out else item.evidence
            ReviewItem.objects.filter(id=is_open.id).update(amount=rest, evidence=evidence)
        return False
    if rest < 0 and said is not None:  # part of what was disputed came back
        ReviewItem.objects.filter(id=said.id).update(amount=said.amount + rest)
        return False
    item.key, item.amount = f"{item.key}{AGAIN}{len(known) + 1}", rest
    return bool(rest)


def _is_said(known: ReviewItem) -> bool:
    """Tell whether an item speaks of an amount that is found again each time; what was accepted is due since then."""
    accepted_back = known.resolution == Resolution.ACCEPTED and known.amount < 0
    return accepted_back or known.resolution in SAID
