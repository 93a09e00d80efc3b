"""Why was I charged? One edit's money from the quote to the receipt, in plain words."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from editor.errors import NotFound
from editor.models import Edit
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


@require_safe
@in_workspace()
def why_of(request: WorkspaceRequest, edit_id: str) -> HttpResponse:
    """Lead to it from where only the edit is known, such as a line of the ledger."""
    found = Edit.objects.filter(workspace=request.workspace, id=edit_id, is_test=False)
    project_id = found.values_list("project_id", flat=True).first()
    if project_id is None:
        raise Http404
    return redirect("why", project_id, edit_id)
