"""Star a picture from its toolbar."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.permissions import Action
from editor.models import Image
from editor.services.star_image import star_image
from editor.views.project import project_or_404, shown_or_404
from editor.views.workspace import WorkspaceRequest, in_workspace


@require_POST
@in_workspace(Action.EDIT)
def star(request: WorkspaceRequest, project_id: str, image_id: str) -> HttpResponse:
    """Set the star as the form says and answer with the button."""
    here = project_or_404(request, project_id)
    get_object_or_404(Image, project=here, id=image_id)
    star_image(workspace_id=request.workspace.id, image_id=image_id, starred=request.POST.get("starred") == "1")
    if not request.htmx:
        return redirect("project_version", here.id, image_id)
    shown = shown_or_404(request, here, image_id)
    response = render(request, "editor/_star.html", {"project": here, "shown": shown, "can_edit": True})
    return trigger_client_event(response, "history-changed", {})
