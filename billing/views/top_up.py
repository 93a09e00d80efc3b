"""Top up: choose an amount, pay it at Stripe, come back and see it arrive."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import AccountsError
from accounts.permissions import Action
from accounts.views.workspace import WorkspaceRequest, in_workspace
from billing import stripe_api
from billing.models import Payment, PaymentState
from billing.selectors.payments import automatic_of
from billing.services.call_checkout import call_checkout
from billing.services.pay_again import pay_again
from billing.services.start_top_up import start_top_up
from billing.services.top_up_amounts import LARGEST, PACKS, SMALLEST
from billing.views.act import go
from billing.views.amounts import read_usd

OWN = "own"


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Action.MANAGE_MONEY)
def top_up(request: WorkspaceRequest) -> HttpResponse:
    """Show the packs, or go to Stripe to pay what the form says."""
    if request.method != "POST":
        return _page(request)
    return go(lambda: _start(request), again=lambda error, status: _page(request, error, status))


def _start(request: WorkspaceRequest) -> str:
    chosen = request.POST.get("pack", OWN)
    amount = read_usd(request.POST.get("amount", "") if chosen == OWN else chosen, param="amount")
    keep = request.POST.get("keep_card") == "yes"
    return start_top_up(workspace_id=request.workspace.id, amount=amount, keep_card=keep, by=request.by)


@require_safe
@in_workspace(Action.SEE_MONEY)
def payment(request: WorkspaceRequest, payment_id: str) -> HttpResponse:
    """Show how a payment stands; htmx gets the same while it is on its way, and Stripe is asked meanwhile."""
    found = Payment.objects.filter(workspace_id=request.workspace.id, id=payment_id).first()
    if found is None:
        raise Http404
    left = "left" in request.GET
    if found.state == PaymentState.STARTED and not left:
        call_checkout(session_id=found.session)
    template = "billing/_payment.html" if request.htmx else "billing/payment.html"
    return render(request, template, {"payment": found, "left": left})


@require_POST
@in_workspace(Action.MANAGE_MONEY)
def again(request: WorkspaceRequest, payment_id: str) -> HttpResponse:
    """Pay what was refused, or confirm what a bank asks for, at Stripe's page."""
    return go(
        lambda: pay_again(workspace_id=request.workspace.id, payment_id=payment_id, by=request.by),
        again=lambda error, status: _page(request, error, status),
    )


def _page(request: WorkspaceRequest, error: AccountsError | None = None, status: int = 200) -> HttpResponse:
    context = {
        "packs": PACKS,
        "smallest": SMALLEST,
        "largest": LARGEST,
        "card": automatic_of(request.workspace.id).card,
        "is_on": stripe_api.is_on(),
        "error": error,
        "given": request.POST,
        "here": reverse("billing:top_up"),
    }
    return render(request, "billing/top_up.html", context, status=status)
