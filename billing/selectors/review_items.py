"""The queue of what staff look into, and one of it with all there is to see."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from billing.models import ReviewItem
from billing.selectors.cost_lines import CostEvidence, cost_evidence

PAGE = 50
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items: empty is any. `owner` is somebody's id, or `nobody`; `state` is open, resolved or empty."""

    kind: str = ""
    provider: str = ""
    month: date | None = None
    owner: str = ""
    state: str = "open"


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of the queue; `following` is where the next begins, `count` how many there are altogether."""

    items: list[ReviewItem]
    following: str
    count: int


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """An item, and what is known of the attempt it is about, where it is about one."""

    item: ReviewItem
    cost: CostEvidence | None


def item_page(looked_for: ItemFilter, *, after: str = "") -> ItemPage:
    """Give a page of items in the order they were raised, after the one of this id. Two queries."""
    found = _found(looked_for)
    rows = list(found.filter(id__gt=after).select_related("owner").defer("evidence", "note").order_by("id")[: PAGE + 1])
    return ItemPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else "", found.count())


def item_evidence(item: str) -> ItemEvidence | None:
    """Give one with its evidence, None where there is none. Five queries at most."""
    found = (
        ReviewItem.objects.filter(id=item)
        .select_related("owner", "resolved_by", "line__statement", "adjustment")
        .first()
    )
    if found is None:
        return None
    return ItemEvidence(found, cost_evidence(found.attempt) if found.attempt else None)


def open_by_month() -> dict[date, int]:
    """Count the open items of each month. One query."""
    rows = ReviewItem.objects.filter(resolved_at=None).values_list("month").annotate(count=Count("id"))
    return dict(rows)


def _found(looked_for: ItemFilter) -> QuerySet[ReviewItem]:
    which = Q()
    for name in ("kind", "provider", "month"):
        if value := getattr(looked_for, name):
            which &= Q(**{name: value})
    if looked_for.owner:
        which &= Q(owner=None) if looked_for.owner == NOBODY else Q(owner_id=looked_for.owner)
    if looked_for.state:
        which &= Q(resolved_at__isnull=looked_for.state == "open")
    return ReviewItem.objects.filter(which)
