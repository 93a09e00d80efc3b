"""A month of each provider: what we expected to pay, what it says, and that nothing of it is unexplained."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Q, Sum

from billing.models import ItemKind, Resolution, ReviewItem, Statement
from billing.selectors.sums import Dimension, Sums, sums

SUMS = ("pictures", "expected", "reported", "booked", "suspense", "retail")
CHARGES = (
    ItemKind.UNMATCHED, ItemKind.OVER_CHARGED, ItemKind.DUPLICATE, ItemKind.MISSING_REFUND, ItemKind.PRICE_DRIFT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProviderMonth:
    """In µ$. `stated` and `settled` are of the month; `open`, `accepted` and `disputed` are charges of its items.

    `unexplained` is what all statements to the month's end charge, less what was settled of them and what items account
    for; a refund explains a charge of an earlier month, so that it is nothing only over all months together.
    """

    provider: str
    pictures: int
    expected: int
    reported: int
    booked: int
    suspense: int
    retail: int
    stated: int
    settled: int
    open: int
    accepted: int
    disputed: int
    unexplained: int
    is_complete: bool


def provider_months(month: date) -> list[ProviderMonth]:
    """Give every provider's figures of a month. Four queries."""
    used = _used(month)
    stated, ever = _stated(Q(month=month)), _stated(Q(month__lte=month))
    found, found_ever = _found(month)
    return [
        ProviderMonth(
            provider=provider,
            **{name: getattr(used[provider], name) if provider in used else 0 for name in SUMS},
            stated=stated.get(provider, NOTHING)["total"],
            settled=stated.get(provider, NOTHING)["settled"],
            **found.get(provider, NO_ITEMS),
            unexplained=ever.get(provider, NOTHING)["total"]
            - ever.get(provider, NOTHING)["settled"]
            - sum(found_ever.get(provider, NO_ITEMS).values()),
            is_complete=bool(stated.get(provider, NOTHING)["complete"]),
        )
        for provider in sorted({*used, *stated})
    ]


NOTHING = {"total": 0, "settled": 0, "complete": 0}
NO_ITEMS = {"open": 0, "accepted": 0, "disputed": 0}


def _used(month: date) -> dict[str, Sums]:
    after = (month + timedelta(days=31)).replace(day=1)
    return {row.of[0]: row for row in sums(since=month, until=after - timedelta(days=1), by=[Dimension.PROVIDER])}


def _stated(which: Q) -> dict[str, dict[str, int]]:
    rows = Statement.objects.filter(which).values("provider")
    totals = rows.annotate(sum=Sum("total"), owed=Sum("settled"), complete=BoolOr("is_complete"))
    return {
        row["provider"]: {"total": row["sum"], "settled": row["owed"], "complete": int(row["complete"])}
        for row in totals
    }


def _found(month: date) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """Sum up the charges of items by how they ended: of the month, and of all months to its end."""
    rows = ReviewItem.objects.filter(month__lte=month, kind__in=CHARGES, line__isnull=False)
    ways = {
        "open": Q(resolution=""),
        "accepted": Q(resolution=Resolution.ACCEPTED),
        "disputed": Q(resolution__in=[Resolution.DISPUTED, Resolution.NOTHING]),
    }
    ever_sums = {name: Sum("amount", filter=way, default=0) for name, way in ways.items()}
    own = {f"own_{name}": Sum("amount", filter=way & Q(month=month), default=0) for name, way in ways.items()}
    ever, here = {}, {}
    for provider, *figures in rows.values_list("provider").annotate(**ever_sums, **own):
        ever[provider] = dict(zip(ways, figures[: len(ways)], strict=True))
        here[provider] = dict(zip(ways, figures[len(ways) :], strict=True))
    return here, ever
