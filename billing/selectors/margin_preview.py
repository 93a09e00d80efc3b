"""What a change of prices would have done to the margin of the last thirty days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone

from billing.models import Subscription, UsageDay, WorkspaceTerms
from billing.models.prices import DEFAULT_MARKUP_PPM
from billing.money import with_markup
from billing.price_book.enter import prices_now
from billing.price_book.markups import markup_without
from billing.price_book.units import PAID
from billing.price_book.wishes import MarkupWish, PriceWish, Wish

DAYS = 30


@dataclass(frozen=True, slots=True)
class Sums:
    """What pictures cost us and were sold for, in µ$."""

    cost: int = 0
    sold: int = 0

    @property
    def margin(self) -> int:
        """What is left."""
        return self.sold - self.cost


@dataclass(frozen=True, slots=True)
class Preview:
    """The pictures of the last thirty days by the routes that a change touches, at today's prices and at the new ones.

    Both are the book's: what failed or was put right later is not in them. `closed` counts the pictures of routes that
    the change would close, for they would cost more than they sell for.
    """

    days: int
    pictures: int
    before: Sums
    after: Sums
    closed: int


@dataclass(frozen=True, slots=True)
class _Sold:
    pictures: int
    cost: int
    markup: int
    new_cost: int
    new_markup: int


def margin_preview(wish: Wish) -> Preview:
    """Count again what was sold, in five queries at most, from the daily sums."""
    sold = list(_sold(wish))
    now, then = (
        [(one.pictures, one.cost, with_markup(one.cost, one.markup)) for one in sold],
        [(one.pictures, one.new_cost, with_markup(one.new_cost, one.new_markup)) for one in sold],
    )
    return Preview(
        days=DAYS,
        pictures=sum(one.pictures for one in sold),
        before=Sums(sum(n * cost for n, cost, _ in now), sum(n * price for n, _, price in now)),
        after=Sums(sum(n * cost for n, cost, _ in then), sum(n * price for n, _, price in then)),
        closed=sum(n for n, cost, price in then if price < cost),
    )


def _sold(wish: Wish) -> Iterator[_Sold]:
    usage = UsageDay.objects.filter(day__gte=timezone.now().date() - timedelta(days=DAYS), pictures__gt=0)
    plans = _plans()
    terms = dict(WorkspaceTerms.objects.values_list("workspace_id", "markup_ppm"))
    rows = _touched(wish, usage, [workspace for workspace, (code, _) in plans.items() if code == _plan(wish)])
    of_plans = {workspace: markup for workspace, (_, markup) in plans.items() if markup is not None}
    new_markup = _new_markup(wish)
    known: dict[tuple[str, str], Mapping[str, int]] = {}
    grouped = rows.values_list("workspace_id", "provider", "model", "resolution").annotate(pictures=Sum("pictures"))
    for workspace, provider, model, resolution, pictures in grouped:
        if (provider, model) not in known:
            known[provider, model] = prices_now(provider=provider, model=model, resolutions=["2K", "4K"])
        cost = known[provider, model].get(resolution)
        if cost is None:
            continue
        markup = terms.get(workspace, of_plans.get(workspace, DEFAULT_MARKUP_PPM))
        theirs = isinstance(wish, MarkupWish) and (bool(wish.workspace) or workspace not in terms)
        yield _Sold(
            pictures=pictures,
            cost=cost,
            markup=markup,
            new_cost=wish.asked.amount if isinstance(wish, PriceWish) else cost,
            new_markup=new_markup if theirs else markup,
        )


def _touched(wish: Wish, usage: QuerySet[UsageDay], on_plan: list[str]) -> QuerySet[UsageDay]:
    if isinstance(wish, PriceWish):
        return usage.filter(provider=wish.provider, model=wish.model, resolution__in=wish.resolutions)
    return usage.filter(workspace_id__in=[wish.workspace] if wish.workspace else on_plan)


def _new_markup(wish: Wish) -> int:
    if isinstance(wish, PriceWish):
        return 0
    return markup_without(wish) if wish.markup_ppm is None else wish.markup_ppm


def _plan(wish: Wish) -> str:
    return wish.plan if isinstance(wish, MarkupWish) else ""


def _plans() -> dict[str, tuple[str, int | None]]:
    """Give by workspace the plan it is on and that plan's markup."""
    paid = Subscription.objects.filter(status__in=PAID)
    return {
        workspace: (code, markup)
        for workspace, code, markup in paid.values_list("workspace_id", "plan_id", "plan__markup_ppm")
    }
