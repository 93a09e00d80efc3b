"""The credit in the top bar, asked for again every few seconds."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Action
from billing import facade
from editor.views.workspace import WorkspaceRequest, in_workspace


@require_safe
@in_workspace(Action.SEE_MONEY)
def credit(request: WorkspaceRequest) -> HttpResponse:
    """Show the workspace's available credit as a fragment."""
    return render(request, "_credit.html", {"credit": facade.balance(request.workspace.id)})
