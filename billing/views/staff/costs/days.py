"""The daily cost review for staff, as a page and as a file."""

from collections.abc import Iterator, Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.spreadsheets import csv_lines
from accounts.views.staff import StaffRequest, staff_only
from billing.money import format_usd
from billing.price_book.known import PROVIDERS, RESOLUTIONS
from billing.selectors.cost_days import BY, CostDays, CostRow, Grouping, cost_days
from billing.selectors.sums import Dimension
from billing.views.staff.costs.asked import NAMED, Asked, read_asked

AMOUNTS = ("expected", "reported", "stated", "retail", "booked", "margin", "failure_cost", "suspense")


@staff_only
@require_safe
def days(request: StaffRequest) -> HttpResponse:
    """Show the table."""
    asked = read_asked(request.GET)
    shown = cost_days(since=asked.since, until=asked.until, by=asked.by, only=asked.only)
    context = {
        "asked": asked,
        "only": {name: asked.only.get(dimension, "") for name, dimension in NAMED.items()},
        "query": asked.query(),
        "days": shown,
        "rows": [(row, _inside(row.of, asked)) for row in shown.rows],
        "headings": [dimension.name.capitalize() for dimension in BY[asked.by]],
        "groupings": [(one.value, one.value.replace("-", " "), asked.query(by=one.value)) for one in Grouping],
        "providers": PROVIDERS,
        "resolutions": RESOLUTIONS,
    }
    return render(request, "billing/costs/days.html", context)


@staff_only
@require_safe
def days_csv(request: StaffRequest) -> HttpResponse:
    """Give the whole table as CSV, in dollars."""
    asked = read_asked(request.GET)
    shown = cost_days(since=asked.since, until=asked.until, by=asked.by, only=asked.only, is_all=True)
    response = HttpResponse(csv_lines(_lines(shown, asked.by)), content_type="text/csv; charset=utf-8")
    name = f"costs-{asked.by}-{asked.since}-{asked.until}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(shown: CostDays, by: Grouping) -> Iterator[list[object]]:
    own = [dimension.name.lower() for dimension in BY[by]]
    yield [*own, "pictures", "attempts", "drift", "drift_by", *AMOUNTS]
    for row in shown.rows:
        yield [*row.words, *_figures(row)]
    yield ["total", *[""] * (len(own) - 1), *_figures(shown.total)]


def _figures(row: CostRow) -> list[object]:
    amounts = [_Number(format_usd(getattr(row.sums, name))) for name in AMOUNTS]
    return [row.sums.pictures, row.sums.attempts, _Number(format_usd(row.drift.amount)), row.drift.source, *amounts]


class _Number:
    """A number as it is written: its minus begins no formula."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def _inside(of: Mapping[Dimension, str], asked: Asked) -> str:
    """Give the query of the attempts that a row sums up; nothing for what has no name to ask by."""
    if not all(of.values()):
        return ""
    names = {dimension: name for name, dimension in NAMED.items()}
    changes = {names[dimension]: value for dimension, value in of.items() if dimension in names}
    day = of.get(Dimension.DAY)
    return asked.query(by="", **({"since": day, "until": day} if day else {}), **changes)
