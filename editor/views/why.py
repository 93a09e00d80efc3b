"""Why was I charged? One edit's money from the quote to the receipt, in plain words."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from editor.errors import NotFound
from editor.selectors.charge import read_charge
from editor.views.project import project_or_404
from editor.views.workspace import WorkspaceRequest, in_workspace


@require_safe
@in_workspace()
def why(request: WorkspaceRequest, project_id: str, edit_id: str) -> HttpResponse:
    """Show it to every member: the price stands beside the picture too. What it costs us is for staff only."""
    here = project_or_404(request, project_id)
    try:
        charge = read_charge(workspace_id=request.workspace.id, project_id=here.id, edit_id=edit_id)
    except NotFound as error:
        raise Http404 from error
    return render(request, "editor/why.html", {"project": here, "charge": charge, "edit": charge.edit})
