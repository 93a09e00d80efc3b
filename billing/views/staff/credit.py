"""Credit for staff: give a customer's charge back, put a movement right, decide as the second person."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import AccountsError, InvalidInput
from accounts.ids import MAX_LENGTH, may_be_id, new_id
from accounts.views.staff import StaffRequest, staff_only
from billing.errors import (
    InsufficientCredit,
    MovementConflict,
    NotCorrectable,
    RefundAboveCharge,
    UnknownHold,
)
from billing.selectors.staff_credit import charge_of, decided_corrections, movements_found, waiting_corrections
from billing.services.ask_correction import ask_correction
from billing.services.decide_correction import approve_correction, refuse_correction
from billing.services.refund_charge import refund_charge
from billing.views.amounts import read_usd

REFUSED = (InsufficientCredit, MovementConflict, NotCorrectable, RefundAboveCharge, UnknownHold)


@staff_only
@require_safe
def credit(request: StaffRequest) -> HttpResponse:
    """Show what waits for a second person, and what was booked for what is looked for."""
    return _page(request, request.GET.get("q", "").strip()[:MAX_LENGTH])


@staff_only
@require_POST
def refund(request: StaffRequest) -> HttpResponse:
    """Give so much of an edit's charge back, once however often the form is sent."""
    edit, key = request.POST.get("edit", ""), request.POST.get("key", "")
    if not (may_be_id(edit) and may_be_id(key) and charge_of(edit)):
        raise Http404

    def work() -> str:
        now = refund_charge(
            edit=edit,
            amount=read_usd(request.POST.get("amount", ""), param="amount"),
            key=key,
            reason=request.POST.get("reason", ""),
            by=request.user,
        )
        return "It is given back, and stands in the workspace’s audit log." if now else "It was given back before."

    return _perform(request, work, about=edit, refused=edit)


@staff_only
@require_POST
def correct(request: StaffRequest, transfer_id: str) -> HttpResponse:
    """Ask that a movement be booked the other way round."""
    about = request.POST.get("about", "")
    if not (may_be_id(transfer_id) and may_be_id(about)):
        raise Http404

    def work() -> str:
        asked = ask_correction(transfer_id=transfer_id, reason=request.POST.get("reason", ""), asked_by=request.user)
        return "It is put right." if asked.booked_id else "It waits for a second person."

    return _perform(request, work, about=about, refused=transfer_id)


@staff_only
@require_POST
def approve(request: StaffRequest, correction_id: str) -> HttpResponse:
    """Book what a colleague asked for."""

    def work() -> str:
        approve_correction(correction_id=correction_id, approved_by=request.user)
        return "It is put right."

    return _perform(request, work)


@staff_only
@require_POST
def refuse(request: StaffRequest, correction_id: str) -> HttpResponse:
    """Drop what was asked for."""

    def work() -> str:
        refuse_correction(correction_id=correction_id, refused_by=request.user)
        return "It is dropped; nothing was booked."

    return _perform(request, work)


def _perform(request: StaffRequest, work: Callable[[], str], *, about: str = "", refused: str = "") -> HttpResponse:
    """Do it and go back to where it stands; what is wrong with a form is shown in the form."""
    try:
        messages.success(request, work())
    except InvalidInput as error:
        return _page(request, about, error=error, refused=refused)
    except REFUSED as error:
        said = AccountsError(f"{error} Nothing was booked.")
        if refused:
            return _page(request, about, error=said, refused=refused)
        messages.warning(request, said.message)
    return redirect(f"{reverse('billing:staff_credit')}{'?' + urlencode({'q': about}) if about else ''}")


def _page(request: StaffRequest, about: str, *, error: AccountsError | None = None, refused: str = "") -> HttpResponse:
    known = may_be_id(about)
    context = {
        "asked": about,
        "charge": charge_of(about) if known else None,
        "found": movements_found(about) if known else [],
        "waiting": waiting_corrections(),
        "decided": [] if about else decided_corrections(),
        "limit": settings.CORRECTION_LIMIT,
        "key": request.POST.get("key") or new_id("rfd"),
        "error": error,
        "refused": refused,
        "given": request.POST,
    }
    return render(request, "billing/staff_credit.html", context, status=422 if error else 200)
