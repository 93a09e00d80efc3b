"""Build an export, a while at a time; whoever is killed loses what came since the last checkpoint."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django_q.tasks import async_task

from accounts.ids import new_id
from accounts.letters import Letter, send_letter
from accounts.models import Membership
from accounts.permissions import Action, may
from accounts.services.record_audit import SYSTEM, record_audit
from editor.images.archive import Archive
from editor.images.store import Movable, open_file
from editor.models import ExportState, Image, WorkspaceExport
from editor.services.ask_export import TASK
from editor.services.export_documents import documents, images_of, picture_name

log = structlog.get_logger(__name__)
BATCH = 25
LEASE = timedelta(minutes=5)
SLICE_SECONDS = 240.0
TRIES = 5
KEPT = timedelta(days=7)


class Lost(Exception):
    """Somebody else has the export now."""


def export_workspace(*, export_id: str, seconds: float = SLICE_SECONDS) -> bool:
    """Work on an export for some seconds, or to its end; tells whether it has ended. Safe to call twice at once.

    After five takings without progress it is given up.
    """
    with _alone(export_id) as is_alone:
        if not is_alone or not _take(export_id, run := new_id("run")):
            return not WorkspaceExport.objects.filter(id=export_id, state=ExportState.BUILDING).exists()
        return _work(export_id, run, time.monotonic() + seconds)


def _work(export_id: str, run: str, until: float) -> bool:
    export = WorkspaceExport.objects.select_related("workspace", "asked_by").get(id=export_id)
    if export.tries > TRIES:
        _end(export, run, state=ExportState.FAILED)
        return True
    path = _place(export.id)
    if not Archive.exists(path):
        _advance(export, run, done=0, last_image="")  # begun on another machine, or never
    archive = Archive(path)
    try:
        while _add_some(export, run, archive):
            if time.monotonic() > until:
                _pass_on(export, run)
                return False
        _finish(export, run, archive)
    except Lost:
        return False
    return True


@contextmanager
def _alone(export_id: str) -> Iterator[bool]:
    """Keep others on this machine off the file, whose lease may end while it is still written."""
    with _place(export_id).with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _take(export_id: str, run: str) -> bool:
    free = Q(taken_by="") | Q(taken_until=None) | Q(taken_until__lt=Now())
    mine = WorkspaceExport.objects.filter(free, id=export_id, state=ExportState.BUILDING)
    return bool(mine.update(taken_by=run, taken_until=Now() + LEASE, tries=F("tries") + 1))


def _add_some(export: WorkspaceExport, run: str, archive: Archive) -> bool:
    """Add a batch of pictures and make it last; tells whether there was any."""
    batch: list[Image] = list(images_of(export).filter(id__gt=export.last_image).order_by("id")[:BATCH])
    if not batch:
        return False
    for image in batch:
        try:
            with open_file(image, "original") as file:
                archive.add(picture_name(image), file)
        except FileNotFoundError:
            log.error("export_without_picture", export=export.id, image=image.id)  # noqa: TRY400 - no trace is needed
    archive.checkpoint()
    _advance(export, run, done=export.done + len(batch), last_image=batch[-1].id)
    return True


def _advance(export: WorkspaceExport, run: str, *, done: int, last_image: str) -> None:
    """Write down how far it is; raises Lost when it is not ours any more."""
    mine = WorkspaceExport.objects.filter(id=export.id, taken_by=run, state=ExportState.BUILDING)
    progress = {"tries": 0} if done > export.done else {}
    if not mine.update(done=done, last_image=last_image, taken_until=Now() + LEASE, **progress):
        raise Lost
    export.done, export.last_image = done, last_image


def _pass_on(export: WorkspaceExport, run: str) -> None:
    WorkspaceExport.objects.filter(id=export.id, taken_by=run).update(taken_by="", taken_until=Now() + LEASE)
    async_task(TASK, export.id)


def _finish(export: WorkspaceExport, run: str, archive: Archive) -> None:
    """Add the texts, store the file, and say that it is ready."""
    there = archive.names()
    names = (picture_name(image) for image in images_of(export).order_by("id").iterator(chunk_size=1000))
    gone = [name for name in names if name not in there]
    for name, write in documents(export).items():
        archive.add_text(name, write())
    if gone:
        archive.add_text("missing.txt", (f"{name}\n" for name in gone))
    archive.close()
    size = archive.path.stat().st_size
    _advance(export, run, done=export.done, last_image=export.last_image)
    with Movable(archive.path) as content:
        name = default_storage.save(f"exports/{export.workspace_id}/{export.id}.zip", content)
    now = timezone.now()
    facts = {"file": name, "bytes": size, "missing": len(gone), "ready_at": now, "expires_at": now + KEPT}
    _end(export, run, state=ExportState.READY, **facts)


def _end(export: WorkspaceExport, run: str, *, state: ExportState, **facts: object) -> None:
    with transaction.atomic():
        mine = WorkspaceExport.objects.filter(id=export.id, taken_by=run, state=ExportState.BUILDING)
        if not mine.update(state=state, taken_by="", taken_until=None, **facts):
            raise Lost
        record_audit(workspace_id=export.workspace_id, action=f"export.{state}", by=SYSTEM, target=export.id)
        transaction.on_commit(lambda: _mail(export, is_ready=state == ExportState.READY), robust=True)
    for suffix in (".zip", ".tail", ".lock"):
        _place(export.id).with_suffix(suffix).unlink(missing_ok=True)


def _mail(export: WorkspaceExport, *, is_ready: bool) -> None:
    """Tell whoever asked, if they may still have it."""
    asked_by = export.asked_by
    member = Membership.objects.filter(workspace_id=export.workspace_id, user=asked_by).first() if asked_by else None
    if asked_by is None or member is None or not may(member.role, Action.EXPORT):
        return
    name = export.workspace.name
    lines: tuple[str, ...] = (f"The export of {name} could not be built. Nothing was lost; please ask for it again.",)
    if is_ready:
        lines = (f"Everything in {name} is in one file now.", "It can be downloaded for seven days, signed in.")
    subject = f"The export of {name} is {'ready' if is_ready else 'not built'}"
    letter = Letter(subject, lines, link=reverse("export"), link_words="Go to the export", foot="")
    send_letter(letter, to=asked_by.email)


def _place(export_id: str) -> Path:
    folder: Path = settings.DATA_DIR / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{export_id}.zip"
