"""Take a statement's file from staff: a small one is read at once, a large one by a task, or one that must wait."""

from datetime import date
from functools import partial

from django.db import transaction
from django_q.tasks import async_task

from accounts.models import User
from billing.errors import NotYourTurn
from billing.models import StatementUpload
from billing.services.read_upload import read_upload
from billing.services.take_turn import PATIENCE

READ_AT_ONCE = 256 * 1024  # bytes: some thousand lines, which take less than a second
LONGEST_NAME = 200


def upload_statement(
    *, provider: str, month: date, name: str, content: bytes, is_all: bool, by: User
) -> StatementUpload:
    """Keep the file and have it read; its `state` tells what became of it, or that it waits."""
    upload = StatementUpload.objects.create(
        provider=provider, month=month, name=name[:LONGEST_NAME], content=content, is_all=is_all, uploaded_by=by
    )
    if len(content) > READ_AT_ONCE or not _read(upload):
        transaction.on_commit(partial(async_task, "billing.tasks.statement_uploads"))
    return upload


def _read(upload: StatementUpload) -> bool:
    try:
        read_upload(upload=upload.id, patience=PATIENCE)
    except NotYourTurn:
        return False
    upload.refresh_from_db()
    return True
