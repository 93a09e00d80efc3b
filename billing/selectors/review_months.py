"""Months as staff close them: those that were, how much is open in each, and one with its figures."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min
from django.utils import timezone

from billing.models import MonthSignOff, Statement, UsageDay
from billing.selectors.provider_months import ProviderMonth, provider_months
from billing.selectors.review_items import open_by_month

MOST = 36


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in the list."""

    month: date
    open: int
    signed: MonthSignOff | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class ReviewMonth:
    """A month with every provider's figures: those that were signed, or those of now."""

    month: date
    figures: list[ProviderMonth]
    signed: MonthSignOff | None
    stated: frozenset[str]

    @property
    def is_over(self) -> bool:
        """Tell whether nothing new can happen in it."""
        return following(self.month) <= timezone.now().date()


def following(month: date) -> date:
    """Give the first day of the next month."""
    return (month + timedelta(days=31)).replace(day=1)


def review_months() -> list[MonthRow]:
    """Give every month since the first cost or statement, newest first. Four queries."""
    today = timezone.now().date()
    first = UsageDay.objects.aggregate(first=Min("day"))["first"] or today
    stated = Statement.objects.aggregate(first=Min("month"))["first"] or today
    signed = {one.month: one for one in MonthSignOff.objects.select_related("signed_by").defer("figures")}
    left = open_by_month()
    months = [min(first, stated).replace(day=1)]
    while following(months[-1]) <= today:
        months.append(following(months[-1]))
    return [
        MonthRow(month, left.get(month, 0), signed.get(month), following(month) <= today)
        for month in reversed(months[-MOST:])
    ]


def review_month(month: date) -> ReviewMonth:
    """Give one month. Six queries at most."""
    signed = MonthSignOff.objects.select_related("signed_by").filter(month=month).first()
    figures = [ProviderMonth(**each) for each in signed.figures] if signed else provider_months(month)
    stated = Statement.objects.filter(month=month).values_list("provider", flat=True).distinct()
    return ReviewMonth(month, figures, signed, frozenset(stated))
