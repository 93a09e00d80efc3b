"""Plans: so much a month for so much credit; chosen here, changed and ended at Stripe's portal."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AccountsError
from accounts.permissions import Action
from accounts.views.workspace import WorkspaceRequest, in_workspace
from billing import stripe_api
from billing.models import Plan
from billing.selectors.payments import plan_of
from billing.services.call_checkout import call_checkout
from billing.services.choose_plan import choose_plan
from billing.services.open_portal import open_portal
from billing.views.act import go

LONGEST_TOKEN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Action.MANAGE_MONEY)
def plans(request: WorkspaceRequest) -> HttpResponse:
    """Show the plans, or go to Stripe to pay for the one of the form."""
    if request.method != "POST":
        call_checkout(session_id=request.GET.get("chosen", ""))
        return _page(request)
    code, token = request.POST.get("plan", ""), request.POST.get("token", "")[:LONGEST_TOKEN]
    return go(
        lambda: choose_plan(workspace_id=request.workspace.id, code=code, token=token, by=request.by),
        again=lambda error, status: _page(request, error, status),
    )


@require_POST
@in_workspace(Action.MANAGE_MONEY)
def portal(request: WorkspaceRequest) -> HttpResponse:
    """Go to Stripe's portal."""
    return go(
        lambda: open_portal(workspace_id=request.workspace.id, by=request.by),
        again=lambda error, status: _page(request, error, status),
    )


def _page(request: WorkspaceRequest, error: AccountsError | None = None, status: int = 200) -> HttpResponse:
    context = {
        "plans": Plan.objects.filter(is_open=True).order_by("price"),
        "mine": plan_of(request.workspace.id),
        "is_on": stripe_api.is_on(),
        "error": error,
        "waits": "chosen" in request.GET,
        "token": get_random_string(LONGEST_TOKEN),
    }
    template = "billing/_plans.html" if request.htmx else "billing/plans.html"
    return render(request, template, context, status=status)
