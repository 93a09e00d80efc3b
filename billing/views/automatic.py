"""Automatic top-ups: the saved card, the line, the amount and the month's cap."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AccountsError
from accounts.permissions import Action
from accounts.views.workspace import WorkspaceRequest, in_workspace
from billing import stripe_api
from billing.selectors.payments import automatic_of
from billing.services.call_checkout import call_checkout
from billing.services.change_automatic import change_automatic, stop_topping_up
from billing.services.start_saving_card import start_saving_card
from billing.views.act import go
from billing.views.amounts import read_usd

FIELDS = ("threshold", "amount", "monthly_cap")
LONGEST_TOKEN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Action.MANAGE_MONEY)
def automatic(request: WorkspaceRequest) -> HttpResponse:
    """Show the terms, or set those of the form and turn it on."""
    if request.method != "POST":
        call_checkout(session_id=request.GET.get("card", ""))
        return _page(request)
    return go(lambda: _change(request), again=lambda error, status: _page(request, error, status))


def _change(request: WorkspaceRequest) -> str:
    terms = {name: read_usd(request.POST.get(name, ""), param=name) for name in FIELDS}
    change_automatic(workspace_id=request.workspace.id, **terms, by=request.by)
    messages.success(request, "Automatic top-ups are on.")
    return request.path


@require_POST
@in_workspace(Action.MANAGE_MONEY)
def stop(request: WorkspaceRequest) -> HttpResponse:
    """Turn it off."""
    stop_topping_up(workspace_id=request.workspace.id, by=request.by)
    messages.success(request, "Automatic top-ups are off.")
    return redirect("billing:automatic")


@require_POST
@in_workspace(Action.MANAGE_MONEY)
def card(request: WorkspaceRequest) -> HttpResponse:
    """Give a card at Stripe."""
    token = request.POST.get("token", "")[:LONGEST_TOKEN]
    return go(
        lambda: start_saving_card(workspace_id=request.workspace.id, token=token, by=request.by),
        again=lambda error, status: _page(request, error, status),
    )


def _page(request: WorkspaceRequest, error: AccountsError | None = None, status: int = 200) -> HttpResponse:
    context = {
        "automatic": automatic_of(request.workspace.id),
        "is_on": stripe_api.is_on(),
        "error": error,
        "given": request.POST,
        "token": get_random_string(LONGEST_TOKEN),
    }
    return render(request, "billing/automatic.html", context, status=status)
