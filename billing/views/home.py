"""Billing's first page: what may be spent, what was, and of what the credit is made."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Action
from accounts.views.workspace import WorkspaceRequest, in_workspace
from billing import stripe_api
from billing.ledger import balance
from billing.money import format_short
from billing.selectors.overview import overview, spent_this_month
from billing.selectors.usage import Usage


@require_safe
@in_workspace(Action.SEE_MONEY)
def home(request: WorkspaceRequest) -> HttpResponse:
    """Show it; htmx gets only the numbers, again every few seconds."""
    workspace_id = request.workspace.id
    if request.htmx:
        numbers = {"credit": balance(workspace_id), "month": spent_this_month(workspace_id)}
        return render(request, "billing/_numbers.html", numbers)
    found = overview(workspace_id)
    context = {
        "credit": found.credit,
        "month": found.month,
        "overview": found,
        "bars": [bar_of(day) for day in found.days],
        "is_on": stripe_api.is_on(),
    }
    return render(request, "billing/home.html", context)


def bar_of(day: Usage) -> tuple[str, int, str]:
    """Give a day as a chart takes it."""
    pictures = f"{day.pictures} picture{'' if day.pictures == 1 else 's'}"
    when = date.fromisoformat(day.of[0])
    back = f", ${format_short(day.refunded)} given back" if day.refunded > 0 else ""
    return (f"{when:%-d %b %Y}", day.charged, f"${format_short(day.charged)}, {pictures}{back}")
