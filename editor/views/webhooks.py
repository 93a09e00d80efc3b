"""Webhooks of a workspace: its endpoints, a new one, and when credit counts as low."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Action
from accounts.views.shown_once import keep
from billing import facade
from billing.money import LARGEST, format_short, parse_usd
from editor.errors import Busy, InvalidInput
from editor.selectors.webhooks import endpoints_of
from editor.services.create_endpoint import create_endpoint
from editor.services.warn_of_low_credit import warn_of_low_credit
from editor.views.workspace import WorkspaceRequest, in_workspace
from editor.webhook_rules import SUBSCRIBABLE


@require_safe
@in_workspace(Action.MANAGE_WEBHOOKS)
def webhooks(request: WorkspaceRequest) -> HttpResponse:
    """Show the endpoints."""
    return _page(request)


@require_POST
@in_workspace(Action.MANAGE_WEBHOOKS)
@reauthentication_required  # type: ignore[untyped-decorator]
def create(request: WorkspaceRequest) -> HttpResponse:
    """Make an endpoint, and go to where its secret is shown, once."""
    given = request.POST
    try:
        made = create_endpoint(
            workspace_id=request.workspace.id,
            by=request.by,
            url=given.get("url", "").strip(),
            events=given.getlist("events"),
            description=given.get("description", ""),
        )
    except (InvalidInput, Busy) as error:
        return _page(request, error=error)
    keep(request, of=made.id, secret=made.secret)
    return redirect("webhook", made.id)


@require_POST
@in_workspace(Action.MANAGE_WEBHOOKS)
def credit_warning(request: WorkspaceRequest) -> HttpResponse:
    """Set the amount below which credit is low; none is never."""
    text = request.POST.get("below", "").strip().removeprefix("$")
    try:
        warn_of_low_credit(workspace_id=request.workspace.id, below=_amount(text), by=request.by)
    except InvalidInput as error:
        return _page(request, error=error)
    messages.success(request, f"Below ${text}, credit.low is sent." if text else "credit.low is not sent any more.")
    return redirect("webhooks")


def _amount(text: str) -> int | None:
    if not text:
        return None
    try:
        amount = parse_usd(text)
    except ValueError:
        amount = 0
    if not 0 < amount <= LARGEST:
        most = LARGEST // 10**6
        raise InvalidInput(f"Give dollars above 0 and up to {most}, such as 5.00. Nothing was changed.", param="below")
    return amount


def _page(request: WorkspaceRequest, *, error: InvalidInput | Busy | None = None) -> HttpResponse:
    found = list(endpoints_of(request.workspace.id))
    below = facade.credit_warning(request.workspace.id)
    context = {
        "endpoints": [endpoint for endpoint in found if endpoint.url],
        "of_edits": next((endpoint for endpoint in found if not endpoint.url), None),
        "kinds": [kind.value for kind in SUBSCRIBABLE],
        "chosen": request.POST.getlist("events") if error else [kind.value for kind in SUBSCRIBABLE],
        "below": request.POST.get("below", "") if error else "" if below is None else format_short(below),
        "given": request.POST,
        "error": error,
    }
    return render(request, "editor/webhooks.html", context, status=422 if error else 200)
