"""Leaving a workspace, and handing one over."""

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AccountsError, InvalidInput, NotFound
from accounts.models import Membership
from accounts.permissions import Action
from accounts.services.leave_workspace import leave_workspace
from accounts.services.transfer_ownership import transfer_ownership
from accounts.views.general import settings_page
from accounts.views.impersonation import not_in_place
from accounts.views.perform import perform
from accounts.views.workspace import WorkspaceRequest, forget, in_workspace

MOST_HEIRS = 200


@not_in_place
@require_POST
@in_workspace()
def leave(request: WorkspaceRequest) -> HttpResponse:
    """End one's own membership."""

    def work() -> None:
        leave_workspace(workspace_id=request.workspace.id, by=request.by)
        forget(request)

    return perform(
        request,
        work,
        done=f"You have left {request.workspace.name}.",
        back="projects",
        again=lambda error, status: settings_page(request, leave_error=error, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Action.TRANSFER)
@reauthentication_required  # type: ignore[untyped-decorator]
def transfer(request: WorkspaceRequest) -> HttpResponse:
    """Ask to whom, and hand the workspace over; only after signing in again lately."""
    if request.method != "POST":
        return _ask(request)
    heir = request.POST.get("to", "")

    def work() -> None:
        try:
            transfer_ownership(workspace_id=request.workspace.id, user_id=heir, by=request.by)
        except NotFound as error:  # nobody was chosen, or somebody who has left since the page was made
            raise InvalidInput(error.message, param="to") from error

    return perform(
        request,
        work,
        done="The workspace is handed over. You are an admin of it now.",
        back="members",
        again=lambda error, status: _ask(request, error, status),
    )


def _ask(request: WorkspaceRequest, error: AccountsError | None = None, status: int = 200) -> HttpResponse:
    others = Membership.objects.select_related("user").filter(workspace=request.workspace).exclude(user=request.user)
    context = {"heirs": others.order_by("user__email")[:MOST_HEIRS], "error": error}
    return render(request, "accounts/transfer.html", context, status=status)
