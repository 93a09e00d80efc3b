"""Months for staff: what every provider's came to, what is missing before it can be signed, and signing it."""

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.views.staff import StaffRequest, staff_only
from billing.errors import MonthSigned, NotReadyToSign, NotYourTurn
from billing.price_book.known import PROVIDERS
from billing.selectors.review_months import review_month, review_months
from billing.services.sign_off_month import sign_off_month, what_is_missing
from billing.services.state_nothing import state_nothing

LONGEST_NOTE = 2000
TOTALS = (
    "pictures", "expected", "reported", "booked", "stated", "settled", "open", "accepted", "disputed", "unexplained",
)  # fmt: skip


@staff_only
@require_safe
def months(request: StaffRequest) -> HttpResponse:
    """Show every month there is."""
    return render(request, "billing/costs/months.html", {"months": review_months()})


@staff_only
@require_safe
def month(request: StaffRequest, month: str) -> HttpResponse:
    """Show one month."""
    return _page(request, _read(month))


@staff_only
@require_POST
def sign(request: StaffRequest, month: str) -> HttpResponse:
    """Sign a month off."""
    which, note = _read(month), request.POST.get("note", "").strip()
    if not note or len(note) > LONGEST_NOTE or "\x00" in note:
        return _page(
            request, which, error=f"Say in 1 to {LONGEST_NOTE} characters what you compared. Nothing was signed."
        )
    return _do(
        request,
        which,
        lambda: sign_off_month(month=which, by=request.user, note=note),
        f"{which:%B %Y} is signed off.",
    )


@staff_only
@require_POST
def nothing(request: StaffRequest, month: str, provider: str) -> HttpResponse:
    """Say that a provider charged nothing in a month."""
    which = _read(month)
    if provider not in PROVIDERS:
        raise Http404
    return _do(
        request,
        which,
        lambda: state_nothing(provider=provider, month=which, by=request.user),
        f"{provider} charged nothing in {which:%B %Y}.",
    )


def _do(request: StaffRequest, which: date, work: Callable[[], object], done: str) -> HttpResponse:
    try:
        work()
    except (NotReadyToSign, MonthSigned, NotYourTurn, ValueError) as error:
        messages.warning(request, f"{error} Nothing was changed.")
    else:
        messages.success(request, done)
    return redirect("billing:staff_cost_month", f"{which:%Y-%m}")


def _page(request: StaffRequest, which: date, *, error: str = "") -> HttpResponse:
    shown = review_month(which)
    context = {
        "shown": shown,
        "missing": [] if shown.signed else what_is_missing(which, shown.figures),
        "total": {name: sum(getattr(each, name) for each in shown.figures) for name in TOTALS},
        "error": error,
        "given": request.POST,
    }
    return render(request, "billing/costs/month.html", context, status=422 if error else 200)


def _read(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month
    except ValueError as error:
        raise Http404 from error
