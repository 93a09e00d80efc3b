"""The composer's doors: what it would cost, run it, set it up again, take it back."""

import hashlib
import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.ids import may_be_id, new_id
from accounts.permissions import Action
from accounts.views.impersonation import not_in_place
from billing.facade import InsufficientCredit, OverBudget, Owes
from billing.money import format_short
from editor.domain import IMAGES_PER_EDIT, EditRequest
from editor.errors import EditorError, InvalidInput, PriceTooHigh, QuoteVoid
from editor.models import Edit, Image, Project
from editor.quotes import Promise
from editor.services.cancel_edit import cancel_edit
from editor.services.submit_edit import Idempotency, submit_edit
from editor.services.take_up_promise import take_up_promise
from editor.views.draft import Draft, draft_again, draft_back, read_form, read_key
from editor.views.price import Price, price_of
from editor.views.project import composer_context, project_or_404, shown_or_404, version, whole_page
from editor.views.workspace import WorkspaceRequest, in_workspace


@require_POST
@in_workspace(Action.EDIT)
def quote(request: WorkspaceRequest, project_id: str) -> HttpResponse:
    """Say what the form would cost now, or why it cannot be run."""
    here = project_or_404(request, project_id)
    try:
        price = price_of(actor=request.actor, request=read_form(request.POST, project_id=here.id))
    except InvalidInput as error:
        price = Price(obstacle=error.message)
    return render(request, "editor/_price.html", {"price": price, "can_edit": True})


@require_POST
@in_workspace(Action.EDIT)
@not_in_place
def run(request: WorkspaceRequest, project_id: str) -> HttpResponse:
    """Run what stands in the composer; the same key, pressed twice, runs it once."""
    here = project_or_404(request, project_id)
    try:
        asked = read_form(request.POST, project_id=here.id)
        edit = submit_edit(
            actor=request.actor, request=asked, idempotency=_once(request, asked), promise=_promise(request, asked)
        )
    except (InsufficientCredit, OverBudget, Owes) as error:
        return _refused(request, here, _money_sentence(error))
    except PriceTooHigh as error:
        return trigger_client_event(_refused(request, here, _price_sentence(error)), "price-changed", {})
    except EditorError as error:
        return _refused(request, here, error.message)
    if not request.htmx:
        return redirect("project_version", here.id, edit.id)
    response = version(request, here, shown_or_404(request, here, edit.id))
    response["HX-Push-Url"] = reverse("project_version", args=[here.id, edit.id])
    for event, detail in {"history-changed": {}, "credit-changed": {}, "edit-accepted": {"key": new_id("web")}}.items():
        trigger_client_event(response, event, detail)
    return response


@require_safe
@in_workspace()
def composer(request: WorkspaceRequest, project_id: str, shown_id: str) -> HttpResponse:
    """Set the composer up as the edit of this version was asked for (without htmx: on the page)."""
    here = project_or_404(request, project_id)
    shown = shown_or_404(request, here, shown_id)
    if not request.htmx:
        return redirect(f"{reverse('project_version', args=[here.id, shown_id])}?again=1")
    draft = draft_again(shown) if shown else Draft()
    return render(request, "editor/_composer.html", composer_context(request, here, draft))


@require_POST
@in_workspace(Action.EDIT)
def cancel(request: WorkspaceRequest, project_id: str, edit_id: str) -> HttpResponse:
    """Take an edit back as far as nothing was sent, and show how it stands."""
    here = project_or_404(request, project_id)
    get_object_or_404(Edit, project=here, id=edit_id)
    cancel_edit(workspace_id=request.workspace.id, edit_id=edit_id)
    if not request.htmx:
        return redirect("project_version", here.id, edit_id)
    response = version(request, here, shown_or_404(request, here, edit_id))
    trigger_client_event(response, "history-changed", {})
    return trigger_client_event(response, "credit-changed", {})


def _promise(request: WorkspaceRequest, asked: EditRequest) -> Promise | None:
    """Take up the button's quote. One whose time is over is renewed unasked: it may still cost no more than it said."""
    try:
        return take_up_promise(actor=request.actor, request=asked)
    except QuoteVoid:
        return None


def _once(request: WorkspaceRequest, asked: EditRequest) -> Idempotency | None:
    """Make the form's key the idempotency key, for the same request only."""
    key = read_key(request.POST)
    if not key:
        return None
    body = json.dumps([asked.prompt, asked.images, asked.aspect_ratio, asked.resolution, asked.n, asked.provider])
    return Idempotency(
        key=f"web {request.user.id} {key}",
        request_sha256=hashlib.sha256(body.encode()).hexdigest(),
        render=_receipt,
    )


def _receipt(edit: Edit) -> dict[str, object]:
    return {"id": edit.id}


def _money_sentence(error: InsufficientCredit | OverBudget | Owes) -> str:
    match error:
        case OverBudget():
            return f"{error} Nothing was run or charged. Ask for fewer pictures, or whoever sets the budgets."
        case Owes():
            return f"{error} Nothing was run or charged. Ask the workspace's owner to add credit."
    return (
        f"This needs ${format_short(error.needed)} and ${format_short(error.available)} of credit is available. "
        "Nothing was run or charged. Ask for fewer pictures, or ask the workspace's owner for credit."
    )


def _price_sentence(error: PriceTooHigh) -> str:
    return (
        f"The price of ${format_short(error.max_price)} that the button said no longer holds: it is now "
        f"${format_short(error.quoted)}. Nothing was run or charged. Press the button again to run it at this price."
    )


def _refused(request: WorkspaceRequest, here: Project, sentence: str) -> HttpResponse:
    """Say beside the button why nothing was run; without htmx on the page, with the form as it was."""
    if request.htmx:
        response = render(request, "editor/_refused.html", {"error": sentence}, status=422)
        response["HX-Retarget"], response["HX-Reswap"] = "#refused", "innerHTML"
        return response
    names = [name for name in request.POST.getlist("images")[:IMAGES_PER_EDIT] if may_be_id(name)]
    found = Image.objects.filter(workspace=request.workspace).in_bulk(names)
    images = [found[name] for name in names if name in found]
    base = next((image.id for image in images if image.project_id == here.id), None)
    draft = draft_back(request.POST, images)
    return whole_page(request, here, shown_or_404(request, here, base), draft, error=sentence)
