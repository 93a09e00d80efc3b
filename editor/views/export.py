"""Take everything of a workspace along: ask for it, watch it grow, download it."""

from typing import cast

from django.core import signing
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Action
from accounts.services.record_audit import record_audit
from editor.models import ExportState, WorkspaceExport
from editor.services.ask_export import ask_export
from editor.views.workspace import WorkspaceRequest, in_workspace

SALT = "editor.views.export"
LINK_SECONDS = 3600


@require_safe
@in_workspace(Action.EXPORT)
def export(request: WorkspaceRequest) -> HttpResponse:
    """Show the latest export; htmx asks for its progress while it is built."""
    latest = WorkspaceExport.objects.filter(workspace_id=request.workspace.id).order_by("-id").first()
    signature = signing.dumps([latest.id, request.user.id], salt=SALT) if latest else ""
    template = "editor/_export.html" if request.htmx else "editor/export.html"
    return render(request, template, {"export": latest, "signature": signature})


@require_POST
@in_workspace(Action.EXPORT)
def ask(request: WorkspaceRequest) -> HttpResponse:
    """Begin an export."""
    ask_export(workspace_id=request.workspace.id, by=request.by)
    return redirect("export")


@require_safe
@in_workspace(Action.EXPORT)
def download(request: WorkspaceRequest, export_id: str) -> HttpResponse:
    """Send the file to whoever the link was made for within the hour; every refusal is the same 404."""
    try:
        meant = signing.loads(request.GET.get("s", ""), salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    ready = WorkspaceExport.objects.filter(workspace_id=request.workspace.id, state=ExportState.READY)
    found = ready.filter(id=export_id, expires_at__gt=timezone.now()).first()
    if found is None or meant != [found.id, request.user.id]:
        raise Http404
    try:
        file = default_storage.open(found.file)
    except FileNotFoundError as error:
        raise Http404 from error
    if request.method == "GET":
        record_audit(workspace_id=request.workspace.id, action="export.downloaded", by=request.by, target=found.id)
    name = f"pentimento-{found.asked_at:%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", response)
