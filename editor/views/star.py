"""Star a picture from its toolbar."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.permissions import Action
from editor.errors import NotFound
from editor.services.star_image import star_image
from editor.views.project import project_or_404, shown_or_404
from editor.views.workspace import WorkspaceRequest, in_workspace


@require_POST
@in_workspace(Action.EDIT)
def star(request: WorkspaceRequest, project_id: str, image_id: str) -> HttpResponse:
    """Set the star as the form says and answer with the button."""
    here = project_or_404(request, project_id)
    try:
        star_image(workspace_id=request.workspace.id, image_id=image_id, starred=request.POST.get("starred") == "1")
    except NotFound as error:
        raise Http404 from error
    if not request.htmx:
        return redirect("project_version", here.id, image_id)
    shown = shown_or_404(request, here, image_id)
    response = render(request, "editor/_star.html", {"project": here, "shown": shown, "can_edit": True})
    return trigger_client_event(response, "history-changed", {})
