"""Payments for staff: what does not fit, what was paid, and paying it back."""

from collections.abc import Callable

import structlog
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import AccountsError, InvalidInput, NotFound
from accounts.ids import may_be_id, new_id
from accounts.services.record_audit import By
from accounts.views.by import by_of
from accounts.views.staff import StaffRequest, staff_only
from billing import stripe_api
from billing.errors import BillingError
from billing.models import ReversalState, StripeSweep
from billing.selectors.staff_payments import PAGE, open_items, payments_found, refunds_waiting
from billing.services.decide_refund import approve_refund, refuse_refund
from billing.services.refund_payment import refund_payment
from billing.services.resolve_parked import resolve_parked
from billing.views.amounts import read_usd

log = structlog.get_logger(__name__)
LONGEST_SEARCH = 254
SAID: dict[str, str] = {
    ReversalState.REFUSED: "It was refused before; nothing is paid back.",
    ReversalState.ASKED: "It is above the limit: a second person must approve it.",
    ReversalState.TAKEN: "The credit is taken; the refund is sent once Stripe answers.",
    ReversalState.SENT: "It is on its way to the card.",
    ReversalState.RETURNED: "The refund failed at Stripe; the credit was given back.",
}


@staff_only
@require_safe
def payments(request: StaffRequest) -> HttpResponse:
    """Show what is parked, the last sweep, and payments, all or those of a search."""
    return _page(request)


@staff_only
@require_POST
def refund(request: StaffRequest, payment_id: str) -> HttpResponse:
    """Pay so much of a payment back to its card, once however often the form is sent."""
    key = request.POST.get("key", "")
    if not may_be_id(key):
        raise Http404

    def work() -> str:
        reversal = refund_payment(
            payment_id=payment_id,
            amount=read_usd(request.POST.get("amount", ""), param="amount"),
            key=key,
            reason=request.POST.get("reason", ""),
            by=_by(request),
        )
        return SAID[reversal.state]

    return _perform(request, work, refused=payment_id)


@staff_only
@require_POST
def approve(request: StaffRequest, reversal_id: str) -> HttpResponse:
    """Pay back what somebody else asked for."""

    def work() -> str:
        return SAID[approve_refund(reversal_id=reversal_id, approved_by=request.user, by=_by(request)).state]

    return _perform(request, work, refused=reversal_id)


@staff_only
@require_POST
def refuse(request: StaffRequest, reversal_id: str) -> HttpResponse:
    """Do not pay back what somebody asked for."""

    def work() -> str:
        refuse_refund(reversal_id=reversal_id, refused_by=request.user)
        return "It is not paid back."

    return _perform(request, work, refused=reversal_id)


@staff_only
@require_POST
def resolve(request: StaffRequest) -> HttpResponse:
    """Take a parked item off the list."""
    stripe_id = request.POST.get("item", "").replace("\x00", "")

    def work() -> str:
        resolve_parked(stripe_id=stripe_id, note=request.POST.get("note", ""), staff=request.user)
        return "It is off the list."

    return _perform(request, work, refused=stripe_id)


def _by(request: StaffRequest) -> By:
    by = by_of(request)
    return By(staff_id=request.user.id, user_id=by.user_id, name=by.name, address=by.address)


def _perform(request: StaffRequest, work: Callable[[], str], *, refused: str) -> HttpResponse:
    try:
        messages.success(request, work())
    except NotFound as error:
        raise Http404 from error
    except InvalidInput as error:
        return _page(request, error=error, refused=refused)
    except BillingError as error:
        log.exception("refund_refused")
        return _page(request, error=AccountsError(f"{error} Nothing was paid back."), refused=refused)
    return redirect("billing:staff_payments")


def _page(request: StaffRequest, *, error: AccountsError | None = None, refused: str = "") -> HttpResponse:
    search = request.GET.get("q", "")[:LONGEST_SEARCH]
    context = {
        "items": open_items(),
        "waiting": refunds_waiting(),
        "page": Paginator(payments_found(search), PAGE).get_page(request.GET.get("page", "1")[:6]),
        "sweep": StripeSweep.objects.order_by("-began_at").first(),
        "is_on": stripe_api.is_on(),
        "search": search,
        "key": new_id("rev"),
        "error": error,
        "refused": refused,
        "given": request.POST,
    }
    return render(request, "billing/staff_payments.html", context, status=422 if error else 200)
