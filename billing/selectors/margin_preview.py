"""What a change of prices would have done to the margin of the last thirty days."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from billing.costs.belief import BOOKED_AS_REPORTED
from billing.models import Subscription, UsageDay, WorkspaceTerms
from billing.models.prices import DEFAULT_MARKUP_PPM
from billing.money import with_markup
from billing.price_book.enter import prices_now
from billing.price_book.known import EVIDENCE
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
    """The pictures of the last thirty days by the routes that a change touches: as they were, and at the new prices.

    `before` is what they were sold for, less refunds, and what they really cost by our books: as a statement says, else
    as a provider reported whose reports are booked, else as the book expected; what failed is not in it. `stated_ppm`
    and `reported_ppm` say how much of what was expected statements and those reports cover, some of it both. `after` is
    the same pictures at what the book would say; what the change leaves alone stays as it was. `closed` counts the
    pictures of routes that the change would close, for they would cost more than they sell for.
    """

    days: int
    pictures: int
    before: Sums
    after: Sums
    closed: int
    stated_ppm: int = 0
    reported_ppm: int = 0


@dataclass(frozen=True, slots=True)
class _Sold:
    pictures: int
    was: Sums
    cost: int
    price: int
    after: Sums


def margin_preview(wish: Wish) -> Preview:
    """Count again what was sold, in six queries at most, from the daily sums."""
    plans = _plans()
    touched = _touched(wish, [workspace for workspace, (code, _) in plans.items() if code == _plan(wish)])
    sold = list(_sold(wish, touched, plans))
    return Preview(
        days=DAYS,
        pictures=sum(one.pictures for one in sold),
        before=_added(one.was for one in sold),
        after=_added(one.after for one in sold),
        closed=sum(one.pictures for one in sold if one.price < one.cost),
        **(_known(touched) if sold else {}),
    )


def _sold(wish: Wish, touched: QuerySet[UsageDay], plans: Mapping[str, tuple[str, int | None]]) -> Iterator[_Sold]:
    terms = dict(WorkspaceTerms.objects.values_list("workspace_id", "markup_ppm"))
    of_plans = {workspace: markup for workspace, (_, markup) in plans.items() if markup is not None}
    new_markup = _new_markup(wish)
    known: dict[tuple[str, str], Mapping[str, int]] = {}
    grouped = touched.values_list("workspace_id", "provider", "model", "resolution").annotate(
        n=Sum("pictures"), cost=Sum("booked") - Sum("failure_cost"), sold=Sum("retail")
    )
    for workspace, provider, model, resolution, pictures, cost, retail in grouped:
        if (provider, model) not in known:
            known[provider, model] = prices_now(provider=provider, model=model, resolutions=["2K", "4K"])
        now = known[provider, model].get(resolution)
        if now is None or not pictures:
            continue
        theirs = isinstance(wish, MarkupWish) and (bool(wish.workspace) or workspace not in terms)
        markup = new_markup if theirs else terms.get(workspace, of_plans.get(workspace, DEFAULT_MARKUP_PPM))
        book = wish.asked.amount if isinstance(wish, PriceWish) else now
        price = with_markup(book, markup)
        yield _Sold(
            pictures=pictures,
            was=Sums(cost, retail),
            cost=book,
            price=price,
            after=Sums(
                pictures * book if isinstance(wish, PriceWish) else cost,
                pictures * price if theirs or isinstance(wish, PriceWish) else retail,
            ),
        )


def _added(sums: Iterable[Sums]) -> Sums:
    every = list(sums)
    return Sums(sum(one.cost for one in every), sum(one.sold for one in every))


def _known(touched: QuerySet[UsageDay]) -> dict[str, int]:
    """Tell how much of what was expected statements and reports say something of."""
    booked = Q(provider__in=[provider for provider, grade in EVIDENCE.items() if grade in BOOKED_AS_REPORTED])
    sums = touched.aggregate(
        all=Sum("expected"),
        stated=Sum("stated_expected"),
        reported=Sum("reported_expected", filter=booked, default=0),
    )
    return {f"{name}_ppm": sums[name] * 1_000_000 // (sums["all"] or 1) for name in ("stated", "reported")}


def _touched(wish: Wish, on_plan: list[str]) -> QuerySet[UsageDay]:
    usage = UsageDay.objects.filter(day__gte=timezone.now().date() - timedelta(days=DAYS), pictures__gt=0)
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
