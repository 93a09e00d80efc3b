"""Erase what workspaces do not want kept: prompts and pictures, so many days after the edit that they belong to ended.

What is starred is kept, and what a starred picture was made from. The edit's row stays, with what it cost, and says
when its words were erased; the ledger stays. What providers answered, without secrets and words, is evidence of what
they may charge: of an edit that was erased it goes once its month's costs are past doubt. A day passes between the
setting and its first work, for whoever mistyped.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from time import monotonic

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from accounts.models import AuditEvent, Workspace
from accounts.services.record_audit import SYSTEM, record_audit
from billing import facade
from editor.images.store import discard
from editor.models import Attempt, Callback, Edit, EditInput, Event, Image, Output

log = structlog.get_logger(__name__)
SECONDS = 120.0
BATCH = 100
SECOND_THOUGHTS = timedelta(days=1)


def erase_expired(*, seconds: float = SECONDS) -> int:
    """Erase for at most so long; tells how many edits and pictures. What is left is for the next time."""
    until, erased = monotonic() + seconds, 0
    wanted = Workspace.objects.filter(retention_days__isnull=False, erased_at=None)
    for workspace in wanted.order_by("?"):  # or a large one would always come before the same others
        try:
            for what in () if _was_just_set(workspace) else _KINDS:
                while monotonic() < until and (count := _erase(what, workspace)):
                    erased += count
        except (DatabaseError, OSError):
            log.exception("not_erased", workspace_id=workspace.id)  # the next one must not wait for it
    return erased


def _was_just_set(workspace: Workspace) -> bool:
    changes = AuditEvent.objects.filter(workspace_id=workspace.id, action="workspace.settings_changed")
    return changes.filter(after__has_key="retention_days", at__gt=timezone.now() - SECOND_THOUGHTS).exists()


def _erase(what: str, workspace: Workspace) -> int:
    """Erase a batch and say so in the workspace's log, in one transaction.

    Files go before their rows: whoever dies in between leaves rows, which the next run finds.
    """
    days = workspace.retention_days or 0
    with transaction.atomic():
        count = _KINDS[what](workspace.id, timezone.now() - timedelta(days=days))
        if count:
            said = {what: count, "days": days}
            record_audit(workspace_id=workspace.id, action=f"retention.{what}_erased", by=SYSTEM, after=said)
    return count


def _erase_edits(workspace_id: str, before: datetime) -> int:
    """Erase what was said in edits that ended before, and wait for no provider, and whose pictures nobody starred."""
    starred = Output.objects.filter(edit=OuterRef("pk"), image__starred=True)
    waits = Attempt.objects.filter(edit=OuterRef("pk"), finished_at=None)
    old = Edit.objects.filter(workspace_id=workspace_id, finished_at__lt=before, erased_at=None)
    found = old.filter(~Exists(starred), ~Exists(waits)).select_for_update(of=("self",), skip_locked=True)
    ids = list(found.order_by("id").values_list("id", flat=True)[:BATCH])
    Event.objects.filter(edit__in=ids).delete()  # with the log of what was sent, which quotes the prompt
    Callback.objects.filter(attempt__edit__in=ids).delete()
    Attempt.objects.filter(edit__in=ids).update(payload=None, results=[])
    gone = {"prompt": "", "metadata": {}, "webhook_url": "", "erased_at": timezone.now()}
    return Edit.objects.filter(id__in=ids).update(**gone)


def _erase_pictures(workspace_id: str, before: datetime) -> int:
    """Erase pictures from before that no edit which is kept was made from or made."""
    used = EditInput.objects.filter(image=OuterRef("pk"), edit__erased_at=None)
    made = Output.objects.filter(image=OuterRef("pk"), edit__erased_at=None)
    old = Image.objects.filter(workspace_id=workspace_id, created_at__lt=before, starred=False)
    found = old.filter(~Exists(used), ~Exists(made)).select_for_update(of=("self",), skip_locked=True)
    pictures = list(found.order_by("id")[:BATCH])
    for rows in (EditInput.objects, Output.objects):
        rows.filter(image__in=pictures).delete()
    for picture in pictures:
        discard(picture)
    return len(pictures)


def _erase_evidence(workspace_id: str, _: datetime) -> int:
    """Erase what was sent and answered for edits that are erased, of months that billing needs none of any more."""
    months = facade.months_past_doubt()
    if not months:
        return 0
    of_months = Attempt.objects.annotate(month=TruncMonth(Coalesce("started_at", "created_at"), tzinfo=UTC))
    old = of_months.filter(
        workspace_id=workspace_id,
        edit__erased_at__isnull=False,
        finished_at__isnull=False,
        month__in=[datetime.combine(month, time(), UTC) for month in months],
    )
    found = old.exclude(exchange=[]).select_for_update(of=("self",), skip_locked=True)
    ids = list(found.order_by("id").values_list("id", flat=True)[:BATCH])
    facade.forget_evidence(workspace_id=workspace_id, attempts=ids)
    return Attempt.objects.filter(id__in=ids).update(exchange=[])


_KINDS: dict[str, Callable[[str, datetime], int]] = {
    "edits": _erase_edits, "pictures": _erase_pictures, "evidence": _erase_evidence,
}  # fmt: skip
