"""See to exports: those that nobody builds any more, and those whose week is over."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django_q.tasks import async_task

from editor.models import ExportState, WorkspaceExport
from editor.services.ask_export import TASK

UNTAKEN = timedelta(minutes=1)


def resume_exports() -> int:
    """Wake exports that nobody works on, for the sweeper; tells how many."""
    idle = Q(taken_until=None, asked_at__lt=Now() - UNTAKEN) | Q(taken_until__lt=Now())
    stuck = WorkspaceExport.objects.filter(idle, state=ExportState.BUILDING)
    found = list(stuck.values_list("id", flat=True)[:100])
    for export_id in found:
        if stuck.filter(id=export_id).update(taken_until=Now() + UNTAKEN, taken_by=""):
            async_task(TASK, export_id)
    return len(found)


def expire_exports() -> int:
    """Delete the files of exports whose week is over; tells how many."""
    over = WorkspaceExport.objects.filter(state=ExportState.READY, expires_at__lte=timezone.now())
    for export in over:
        default_storage.delete(export.file)
        WorkspaceExport.objects.filter(id=export.id).update(state=ExportState.EXPIRED, file="")
    return len(over)
