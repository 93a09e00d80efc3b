"""The wall of projects: look, search, make one, rename one."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.permissions import Action
from editor.errors import InvalidInput, NotFound
from editor.project_names import NAME_CHARACTERS
from editor.selectors.project_wall import Wall, tile, wall
from editor.services.create_project import create_project
from editor.services.rename_project import rename_project
from editor.views.workspace import WorkspaceRequest, in_workspace

LAST_PAGE = 10_000


class Looking(forms.Form):
    """What part of the wall is looked at; what makes no sense counts as not asked."""

    q = forms.CharField(required=False, max_length=NAME_CHARACTERS)
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE)


@require_safe
@in_workspace()
def projects(request: WorkspaceRequest) -> HttpResponse:
    """Show the wall; htmx gets only the tiles, for a search or for more of them."""
    looking = Looking(request.GET)
    looking.is_valid()
    search, page = looking.cleaned_data.get("q") or "", looking.cleaned_data.get("page") or 1
    shown = wall(workspace_id=request.workspace.id, search=search, page=page)
    template = "editor/projects.html"
    if request.htmx:
        template = "editor/_tiles.html" if page > 1 else "editor/_wall.html"
    return render(request, template, _context(shown, search=search))


@require_POST
@in_workspace(Action.EDIT)
def create(request: WorkspaceRequest) -> HttpResponse:
    """Make a project and open it; a bad name is answered with 422 beside the field."""
    name = request.POST.get("name", "")
    try:
        made = create_project(actor=request.actor, name=name)
    except InvalidInput as error:
        context: dict[str, object] = {"name": name, "error": error.message}
        if request.htmx:
            response = render(request, "editor/_new_project.html", context, status=422)
            response["HX-Retarget"], response["HX-Reswap"] = "#new-project", "outerHTML"
            return response
        shown = wall(workspace_id=request.workspace.id)
        return render(request, "editor/projects.html", {**_context(shown), **context}, status=422)
    if request.htmx:
        return HttpResponseClientRedirect(reverse("project", args=[made.id]))
    return redirect("project", made.id)


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Action.EDIT)
def rename(request: WorkspaceRequest, project_id: str) -> HttpResponse:
    """Ask for another name in place (without JavaScript on a page of its own), and take it."""
    context: dict[str, object] = {}
    try:
        if request.method == "POST":
            rename_project(actor=request.actor, project_id=project_id, name=request.POST.get("name", ""))
            if not request.htmx:
                return redirect("projects")
    except InvalidInput as error:
        context = {"name": request.POST.get("name", ""), "error": error.message}
    except NotFound as error:
        raise Http404 from error
    return _renaming(request, project_id, context)


def _renaming(request: WorkspaceRequest, project_id: str, context: dict[str, object]) -> HttpResponse:
    try:
        shown = tile(workspace_id=request.workspace.id, project_id=project_id)
    except NotFound as error:
        raise Http404 from error
    context = {"tile": shown, "name": shown.name, **context}
    if request.method == "POST" and "error" not in context:
        return render(request, "editor/_tile.html", {**context, "made": shown.id})
    template = "editor/_rename.html" if request.htmx else "editor/rename.html"
    return render(request, template, context, status=422 if "error" in context else 200)


def _context(shown: Wall, *, search: str = "") -> dict[str, object]:
    return {"wall": shown, "search": search}
