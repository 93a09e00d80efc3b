"""What of a charge a new price has explained before, so that a later statement does not explain it again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Q, Sum

from billing.models import CostLine, ItemKind, Resolution, ReviewItem
from billing.reconciliation.charge import Charge
from billing.reconciliation.judge import Explained, Owed
from billing.services.any_of import any_of
from billing.services.raise_items import AGAIN, OF_STATEMENTS, SAID


def explained_before(
    provider: str, earlier: Sequence[tuple[str, Charge]], owed: Mapping[str, Owed]
) -> dict[str, Explained]:
    """Give what new prices account for, by attempt, of its earlier charges, which come oldest first.

    It is what was stated and neither settled nor an item of the attempt's own. Two queries, three where there is some.
    """
    first: dict[str, Charge] = {}
    for attempt, charge in earlier:
        first.setdefault(attempt, charge)
    rest = _unaccounted(first)
    causes = _causes(provider) if rest else {}
    return {
        attempt: Explained(causes[cause], cause, amount)
        for attempt, amount in rest.items()
        if (cause := _cause(owed[attempt], first[attempt], causes))
    }


def _unaccounted(attempts: Mapping[str, Charge]) -> dict[str, int]:
    own = ReviewItem.objects.filter(
        Q(resolution__in=["", *SAID]) | Q(resolution=Resolution.ACCEPTED, amount__lt=0),  # the rest is settled by now
        attempt__in=any_of(attempts), kind__in=OF_STATEMENTS,
    )  # fmt: skip
    items = defaultdict[str, int](int, own.values("attempt").annotate(sum=Sum("amount")).values_list("attempt", "sum"))
    lines = CostLine.objects.filter(attempt__in=any_of(attempts)).values_list("attempt", "stated", "booked")
    rest = {attempt: (stated or 0) - booked - items[attempt] for attempt, stated, booked in lines}
    return {attempt: amount for attempt, amount in rest.items() if amount > 0}


def _causes(provider: str) -> dict[str, Mapping[str, object]]:
    """Give what was found of each new price at first, by its cause."""
    rows = ReviewItem.objects.filter(provider=provider, kind=ItemKind.PRICE_DRIFT).order_by("-id")
    return {
        key.removeprefix(f"{provider}:").partition(AGAIN)[0]: evidence
        for key, evidence in rows.values_list("key", "evidence")
    }


def _cause(owed: Owed, first: Charge, causes: Mapping[str, object]) -> str:
    kind = f"drift:{owed.kind}:{round(first.amount / owed.pictures)}:" if owed.pictures else "-"
    return max((cause for cause in causes if cause.startswith(kind)), default="")
