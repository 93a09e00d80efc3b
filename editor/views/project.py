"""The project page: one version on show, the history beside it, the composer below."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.ids import new_id
from editor.domain import IMAGES_PER_EDIT, MATCH_INPUT, OUTPUTS_PER_EDIT, PROMPT_CHARACTERS, RATIOS
from editor.errors import NotFound
from editor.models import Project
from editor.providers.registry import PROVIDERS
from editor.selectors.approvals import approver_of, may_decide
from editor.selectors.history import read_history
from editor.selectors.shown import Shown, read_latest, read_shown, usual_seconds
from editor.selectors.waiting import waits_for
from editor.views.draft import Draft, draft_again, draft_from
from editor.views.price import price_of
from editor.views.workspace import WorkspaceRequest, in_workspace


@require_safe
@in_workspace()
def project(request: WorkspaceRequest, project_id: str, shown_id: str | None = None) -> HttpResponse:
    """Show a version, the newest picture when none is named; htmx gets only the version."""
    here = project_or_404(request, project_id)
    shown = shown_or_404(request, here, shown_id)
    if request.htmx:
        response = version(request, here, shown)
        if shown and shown.id != shown_id:
            response["HX-Replace-Url"] = reverse("project_version", args=[here.id, shown.id])
        return response
    draft = draft_again(shown) if shown and "again" in request.GET else draft_from(shown)
    return whole_page(request, here, shown, draft)


def project_or_404(request: WorkspaceRequest, project_id: str) -> Project:
    """Find a project of the workspace; a stranger's is answered like a missing one."""
    return get_object_or_404(Project, workspace=request.workspace, id=project_id)


def shown_or_404(request: WorkspaceRequest, here: Project, shown_id: str | None) -> Shown | None:
    """Read the version to show; None only where a project has no picture yet."""
    try:
        if shown_id is None:
            return read_latest(workspace_id=request.workspace.id, project_id=here.id)
        return read_shown(workspace_id=request.workspace.id, project_id=here.id, shown_id=shown_id)
    except NotFound as error:
        raise Http404 from error


def version(request: WorkspaceRequest, here: Project, shown: Shown | None) -> HttpResponse:
    """Answer with the version alone, as it goes into the page."""
    response = render(request, "editor/_version.html", _version_context(request, here, shown) | {"alone": True})
    patch_vary_headers(response, ["HX-Request"])
    return response


def whole_page(
    request: WorkspaceRequest, here: Project, shown: Shown | None, draft: Draft, *, error: str = ""
) -> HttpResponse:
    """Answer with the whole page; with an error it is the answer to a refused form."""
    context = {
        **_version_context(request, here, shown),
        **composer_context(request, here, draft),
        "history": read_history(workspace_id=request.workspace.id, project_id=here.id),
        "error": error,
    }
    response = render(request, "editor/project.html", context, status=422 if error else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response


def composer_context(request: WorkspaceRequest, here: Project, draft: Draft) -> dict[str, object]:
    """Give what the composer's template needs, the price of the draft included."""
    return {
        "project": here,
        "draft": draft,
        "key": new_id("web"),
        "price": price_of(actor=request.actor, request=draft.request(here.id)),
        "ratios": [MATCH_INPUT, *RATIOS],
        "counts": range(1, OUTPUTS_PER_EDIT + 1),
        "providers": list(PROVIDERS),
        "limits": {"prompt": PROMPT_CHARACTERS, "images": IMAGES_PER_EDIT},
        "can_edit": request.can_edit,
    }


def _version_context(request: WorkspaceRequest, here: Project, shown: Shown | None) -> dict[str, object]:
    waiting = shown is not None and shown.in_progress
    asked = shown.edit if shown and shown.edit and shown.edit.awaits_approval else None
    approver = approver_of(asked) if asked and waiting else None
    return {
        "project": here,
        "shown": shown,
        "waits_for": waits_for(shown.attempts) if shown and waiting else "",
        "usual": usual_seconds(workspace_id=request.workspace.id) if waiting else None,
        "can_edit": request.can_edit,
        "approver": approver.email if approver else "",
        "decides": approver is not None and may_decide(request.membership.role, request.user.id, approver.id),
    }
