"""Ask for everything of a workspace in one zip."""

from functools import partial

from django.db import transaction
from django_q.tasks import async_task

from accounts.services.record_audit import By, record_audit
from editor.models import Image, WorkspaceExport
from editor.models.export import ExportState

TASK = "editor.tasks.build_export"


def ask_export(*, workspace_id: str, by: By) -> WorkspaceExport:
    """Begin an export, or give the one that is being built."""
    with transaction.atomic():
        export, is_new = WorkspaceExport.objects.get_or_create(
            workspace_id=workspace_id,
            state=ExportState.BUILDING,
            defaults={
                "asked_by_id": by.user_id or None,
                "total": Image.objects.filter(workspace_id=workspace_id).count(),
            },
        )
        if is_new:
            record_audit(workspace_id=workspace_id, action="export.asked", by=by, target=export.id)
            transaction.on_commit(partial(async_task, TASK, export.id))
    return export
