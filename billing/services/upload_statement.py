"""Take a statement's file from staff: a small one is read at once, a large one by a task."""

from datetime import date
from functools import partial

from django.db import transaction
from django_q.tasks import async_task

from accounts.models import User
from billing.models import StatementUpload
from billing.services.read_upload import read_upload

READ_AT_ONCE = 256 * 1024  # bytes: some thousand lines, which take less than a second
LONGEST_NAME = 200


def upload_statement(
    *, provider: str, month: date, name: str, content: bytes, is_all: bool, by: User
) -> StatementUpload:
    """Keep the file and have it read; its `state` tells what became of it, or that it waits."""
    upload = StatementUpload.objects.create(
        provider=provider, month=month, name=name[:LONGEST_NAME], content=content, is_all=is_all, uploaded_by=by
    )
    if len(content) <= READ_AT_ONCE:
        read_upload(upload=upload.id)
        upload.refresh_from_db()
    else:
        transaction.on_commit(partial(async_task, "billing.tasks.statement_uploads"))
    return upload
