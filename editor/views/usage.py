"""Usage: what was charged and given back, by day, provider, member, key or project; as a chart, a table, a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Action
from accounts.spreadsheets import csv_lines
from billing.facade import Dimension, Usage, every_day, usage_by_each
from billing.facade import usage as read_usage
from billing.money import format_short, format_usd
from editor.selectors.spenders import names_of
from editor.views.usage_range import BY, PRESETS, Span, read_span
from editor.views.workspace import WorkspaceRequest, in_workspace

MOST = 100
NOBODY = {"member": "Nobody: ordered by a key", "key": "No key: ordered in the browser", "project": "No project"}
GONE = {"member": "Somebody who left", "key": "A key that is gone", "project": "A project that is gone"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: what it is of, what was charged for it and given back; `day` where it is one of a day."""

    name: str
    pictures: int
    charged: int
    refunded: int
    day: date | None = None

    @property
    def spent(self) -> int:
        """Give what was charged less what was given back."""
        return self.charged - self.refunded


@require_safe
@in_workspace(Action.SEE_MONEY)
def usage(request: WorkspaceRequest) -> HttpResponse:
    """Show a span of days as a chart, and a table by what is asked for."""
    span = read_span(request.GET)
    by = Dimension[span.by.upper()]
    each = [Dimension.DAY] if by is Dimension.DAY else [Dimension.DAY, by]
    found = usage_by_each(workspace_id=request.workspace.id, since=span.since, until=span.until, each=each)
    days = every_day(found[Dimension.DAY], since=span.since, until=span.until)
    rows = days[::-1] if by is Dimension.DAY else found[by]
    lines = _lines(request, span, [row for row in rows if row.pictures or row.charged or row.refunded])
    shown = lines[:MOST]
    context = {
        "span": span,
        "presets": PRESETS,
        "ways": BY,
        "bars": [_bar(since, upto) for since, upto in _grouped(days)],
        "lines": shown,
        "rest": _total(f"{len(lines) - MOST} more", lines[MOST:]) if len(lines) > MOST else None,
        "total": _total("All", days),
        "query": span.query(),
    }
    return render(request, "billing/usage.html", context)


@require_safe
@in_workspace(Action.SEE_MONEY)
def usage_csv(request: WorkspaceRequest) -> HttpResponse:
    """Give the same as CSV: a line for each day and what it is asked by."""
    span = read_span(request.GET)
    by = [Dimension.DAY] if span.by == "day" else [Dimension.DAY, Dimension[span.by.upper()]]
    rows = read_usage(workspace_id=request.workspace.id, since=span.since, until=span.until, by=by)
    amounts = ["pictures", "charged_usd", "refunded_usd", "spent_usd"]
    columns = ["day", *amounts] if span.by == "day" else ["day", span.by, "name", *amounts]
    names = _names(request, span, rows)
    response = HttpResponse(csv_lines([columns, *_cells(rows, names)]), content_type="text/csv; charset=utf-8")
    name = f"usage-{span.since}-{span.until}-{span.by}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _names(request: WorkspaceRequest, span: Span, rows: list[Usage]) -> dict[str, str]:
    return names_of(workspace_id=request.workspace.id, kind=span.by, ids={row.of[-1] for row in rows})


def _lines(request: WorkspaceRequest, span: Span, rows: list[Usage]) -> list[Line]:
    names = _names(request, span, rows[:MOST])
    return [
        Line(
            _named(span.by, row.of[0], names),
            row.pictures,
            row.charged,
            row.refunded,
            date.fromisoformat(row.of[0]) if span.by == "day" else None,
        )
        for row in rows
    ]


def _total(name: str, rows: Sequence[Line | Usage]) -> Line:
    return Line(
        name, sum(row.pictures for row in rows), sum(row.charged for row in rows), sum(row.refunded for row in rows)
    )


def _named(by: str, of: str, names: dict[str, str]) -> str:
    if by == "day":
        return f"{date.fromisoformat(of):%-d %b %Y}"
    if by in NOBODY:
        return names.get(of, GONE[by]) if of else NOBODY[by]
    return of


def _cells(rows: list[Usage], names: dict[str, str]) -> Iterator[list[object]]:
    for row in rows:
        named = [names.get(row.of[1], "")] if len(row.of) > 1 else []
        amounts = (row.charged, row.refunded, row.spent)
        yield [*row.of, *named, row.pictures, *(Decimal(format_usd(amount)) for amount in amounts)]


def _grouped(days: list[Usage]) -> list[tuple[list[Usage], int]]:
    """Put days together, so that a chart of a year has bars that can be told apart: by weeks above three months."""
    width = 1 if len(days) <= 93 else 7  # noqa: PLR2004
    return [(days[start : start + width], width) for start in range(0, len(days), width)]


def _bar(days: list[Usage], width: int) -> tuple[str, int, str]:
    total = _total("", days)
    back = f", ${format_short(total.refunded)} given back" if total.refunded > 0 else ""
    first = date.fromisoformat(days[0].of[0])
    last = first + timedelta(days=len(days) - 1)
    name = f"{first:%-d %b %Y}" if width == 1 or first == last else f"{first:%-d %b} to {last:%-d %b %Y}"
    pictures = f"{total.pictures} picture{'' if total.pictures == 1 else 's'}"
    return name, total.charged, f"${format_short(total.charged)}, {pictures}{back}"
