"""Let an edit that is over a budget run after all, or not."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.errors import NotAllowed
from accounts.permissions import Action
from accounts.views.impersonation import not_in_place
from editor.errors import InvalidInput, NoRoute, NotFound
from editor.models import Edit
from editor.selectors.approvals import edit_to_decide
from editor.services.decide_approval import approve_edit, refuse_edit
from editor.views.budgets import budgets_page
from editor.views.workspace import WorkspaceRequest, in_workspace

NOTE_CHARACTERS = 300
TOO_LATE = (
    "This edit does not wait any more: somebody decided, took it back, or its time was over. Nothing was changed."
)
STILL_WAITS = "It waits as before: approve it later, or refuse it."


@require_POST
@in_workspace(Action.SEE_MONEY)
@not_in_place
def approve(request: WorkspaceRequest, edit_id: str) -> HttpResponse:
    """Run it at the price that was quoted."""
    return _decide(request, edit_id, approve_edit, "It runs now. Its price counts in the budget.")


@require_POST
@in_workspace(Action.SEE_MONEY)
@not_in_place
def refuse(request: WorkspaceRequest, edit_id: str) -> HttpResponse:
    """End it, free."""
    return _decide(request, edit_id, refuse_edit, "It is refused. Nothing was charged, and its price is free again.")


def _decide(request: WorkspaceRequest, edit_id: str, act: Callable[..., Edit], done: str) -> HttpResponse:
    try:
        waiting = edit_to_decide(workspace_id=request.workspace.id, edit_id=edit_id)
    except NotFound as error:
        raise Http404 from error
    if waiting is None:
        return budgets_page(request, refused=TOO_LATE, status=409)
    note = " ".join(request.POST.get("note", "").replace("\x00", "").split())[:NOTE_CHARACTERS]
    try:
        act(workspace_id=request.workspace.id, edit_id=edit_id, by=request.by, note=note)
    except NotFound:
        return budgets_page(request, refused=TOO_LATE, status=409)
    except NotAllowed as error:
        return budgets_page(request, refused=error.message, status=422)
    except (NoRoute, InvalidInput) as error:
        return budgets_page(request, refused=f"{error.message} {STILL_WAITS}", status=422)
    messages.success(request, done)
    return redirect("billing:budgets")
