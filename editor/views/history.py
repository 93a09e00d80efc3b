"""The history column: asked for again when something changed, and every second while something runs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from editor.selectors.history import read_history, read_in_progress
from editor.selectors.shown import usual_seconds
from editor.views.project import project_or_404
from editor.views.workspace import WorkspaceRequest, in_workspace


@require_safe
@in_workspace()
def history(request: WorkspaceRequest, project_id: str) -> HttpResponse:
    """Show the history; 204 when `seen` names the state it is still in, one small query later."""
    here = project_or_404(request, project_id)
    seen = request.GET.get("seen")
    if seen is not None and seen == read_in_progress(project_id=here.id):
        return HttpResponse(status=204)
    read = read_history(
        workspace_id=request.workspace.id, project_id=here.id, starred=request.GET.get("starred") == "1"
    )
    context = {
        "project": here,
        "history": read,
        "only_starred": request.GET.get("starred") == "1",
        "usual": usual_seconds(workspace_id=request.workspace.id) if read.in_progress else None,
        "can_edit": request.can_edit,
    }
    response = render(request, "editor/_history.html", context)
    if seen is not None:
        trigger_client_event(response, "edits-settled", {})
        trigger_client_event(response, "credit-changed", {})
    return response
