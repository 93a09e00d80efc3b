"""What was paid: payments with their receipts and invoices."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Action, may
from accounts.views.workspace import WorkspaceRequest, in_workspace
from billing import stripe_api
from billing.selectors.payments import PAGE, payments_of


@require_safe
@in_workspace(Action.SEE_MONEY)
def payments(request: WorkspaceRequest) -> HttpResponse:
    """List them, newest first."""
    page = Paginator(payments_of(request.workspace.id), PAGE).get_page(request.GET.get("page", "1")[:6])
    context = {
        "page": page,
        "is_on": stripe_api.is_on(),
        "manages": may(request.membership.role, Action.MANAGE_MONEY),
    }
    return render(request, "billing/payments.html", context)
