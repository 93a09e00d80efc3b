"""The price book for staff: what holds, what comes, what waits for a second person."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.views.staff import StaffRequest, staff_only
from billing.errors import BadChange, ChangeDecided, NoSuchChange, NotBySamePerson
from billing.models import PriceChange
from billing.price_book.known import MODELS, PROVIDERS, RESOLUTIONS
from billing.price_book.wishes import read
from billing.selectors.margin_preview import Preview, margin_preview
from billing.selectors.price_table import decided_changes, price_history, price_table, waiting_changes
from billing.services.ask_change import Weighed, ask_change, weigh
from billing.services.decide_change import approve_change, refuse_change
from billing.views.staff.price_form import read_form

KEY_PARTS = 3


@staff_only
@require_safe
def prices(request: StaffRequest) -> HttpResponse:
    """Show the book, and of one route its history."""
    return _page(request)


@staff_only
@require_POST
def change(request: StaffRequest) -> HttpResponse:
    """Show what the change of the form would do, or ask for it."""
    try:
        form = read_form(request.POST.dict())
        if request.POST.get("act") != "ask":
            return _page(request, weighed=weigh(form.wish), preview=margin_preview(form.wish))
        asked = ask_change(staff=request.user, wish=form.wish, reason=form.reason, valid_from=form.valid_from)
    except BadChange as error:
        return _page(request, error=error)
    said = "The change waits for somebody else’s approval." if asked.large else "The change is made."
    messages.success(request, said)
    return redirect("billing:staff_prices")


@staff_only
@require_POST
def approve(request: StaffRequest, change_id: str) -> HttpResponse:
    """Make a change that a colleague asked for."""
    return _decide(request, lambda: approve_change(staff=request.user, change_id=change_id), "The change is made.")


@staff_only
@require_POST
def refuse(request: StaffRequest, change_id: str) -> HttpResponse:
    """Drop a change."""
    return _decide(request, lambda: refuse_change(staff=request.user, change_id=change_id), "The change is dropped.")


def _decide(request: StaffRequest, decide: Callable[[], PriceChange], done: str) -> HttpResponse:
    try:
        decide()
    except NoSuchChange as error:
        raise Http404 from error
    except (BadChange, ChangeDecided, NotBySamePerson) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
    return redirect("billing:staff_prices")


def _meanwhile(change: PriceChange) -> Mapping[str, int]:
    """Give what holds now where it is no longer what held when the change was asked for."""
    try:
        now = weigh(read(change.what)).before
    except BadChange:  # it can no longer be meant, which approving it will say
        return {}
    return {} if now == change.before else now


def _page(
    request: StaffRequest,
    *,
    weighed: Weighed | None = None,
    preview: Preview | None = None,
    error: BadChange | None = None,
) -> HttpResponse:
    of = request.GET.get("of", "")[:100].replace("\x00", "").split("/")
    context = {
        "routes": price_table(),
        "of": of if len(of) == KEY_PARTS else None,
        "history": price_history(provider=of[0], model=of[1], resolution=of[2]) if len(of) == KEY_PARTS else [],
        "waiting": [(change, margin_preview(read(change.what)), _meanwhile(change)) for change in waiting_changes()],
        "decided": decided_changes(),
        "providers": PROVIDERS,
        "models": MODELS,
        "resolutions": RESOLUTIONS,
        "weighed": weighed,
        "preview": preview,
        "error": error,
        "given": request.POST,
    }
    return render(request, "billing/staff_prices.html", context, status=422 if error else 200)
