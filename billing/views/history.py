"""The wallet's history: every line of the ledger that gave credit or took it, newest first, and as a file."""

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Action
from accounts.spreadsheets import csv_lines
from accounts.views.workspace import WorkspaceRequest, in_workspace
from billing.money import format_usd
from billing.selectors.movements import PAGE, every_movement, movements
from billing.views.history_filter import KINDS, Looked, looking_at

COLUMNS = ("id", "at", "kind", "amount_usd", "reference", "memo")


@require_safe
@in_workspace(Action.SEE_MONEY)
def history(request: WorkspaceRequest) -> HttpResponse:
    """Show one page of it, and a form to look for something in it."""
    looking = looking_at(request.GET)
    looked = looking.looked()
    found = movements(
        workspace_id=request.workspace.id, **looked.as_arguments(), after=looking.asked.get("after"), limit=PAGE + 1
    )
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "lines": found[:PAGE],
        "older": found[PAGE - 1].place if len(found) > PAGE else None,
        "asked": looking.asked,
        "is_filtered": looked != Looked(),
        "query": query.urlencode(),
        "kinds": [(name, words) for name, (words, _) in KINDS.items()],
    }
    return render(request, "billing/history.html", context)


@require_safe
@in_workspace(Action.SEE_MONEY)
def history_csv(request: WorkspaceRequest) -> HttpResponse:
    """Give all that is looked for as CSV, written while it is sent."""
    lines = _lines(request.workspace.id, looking_at(request.GET).looked())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="history-{timezone.now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return cast("HttpResponse", response)


def _lines(workspace_id: str, looked: Looked) -> Iterator[str]:
    yield csv_lines([COLUMNS])
    for batch in every_movement(workspace_id=workspace_id, **looked.as_arguments()):
        yield csv_lines(
            (row.transfer, row.at.isoformat(), row.kind, Decimal(format_usd(row.amount)), row.reference, row.memo)
            for row in batch
        )
