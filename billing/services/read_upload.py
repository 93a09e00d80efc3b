"""Read a file that staff brought: import it, and say so on its row. A file's row is locked until it is read."""

import structlog
from django.db import transaction
from django.db.models.functions import Now

from billing.errors import AlreadyImported, MonthSigned, NotYourTurn
from billing.models import StatementUpload, UploadState
from billing.reconciliation.charge import BadStatement
from billing.services.complete_month import complete_month
from billing.services.import_statement import import_file

log = structlog.get_logger(__name__)
LONGEST_WHY = 500
FAILED = "something failed on our side, which stands in the log; bring the file again once it is put right"


def read_upload(*, upload: str, patience: int = 0) -> bool:
    """Read a waiting file; False when it was read, or somebody reads it now.

    One transaction: whoever dies on the way leaves it waiting, as NotYourTurn does, which is raised after `patience`. A
    file that is refused has left nothing behind.
    """
    with transaction.atomic():
        waiting = StatementUpload.objects.filter(id=upload, state=UploadState.WAITING)
        found = waiting.select_for_update(skip_locked=True).first()
        if found is None:
            return False
        try:
            with transaction.atomic():
                _import(found, patience)
        except NotYourTurn:
            raise
        except (BadStatement, AlreadyImported, MonthSigned) as error:
            found.state, found.why = UploadState.REFUSED, str(error)[:LONGEST_WHY]
        except Exception:  # it would be read in vain for ever
            log.exception("statement_not_read", upload=found.id, provider=found.provider)
            found.state, found.why = UploadState.REFUSED, FAILED
        found.content, found.read_at = b"", Now()
        found.save()
    log.info("statement_read", upload=found.id, provider=found.provider, state=str(found.state), lines=found.lines)
    return True


def read_waiting() -> int:
    """Read every file that waits, the oldest first, and tell how many that were."""
    waiting = StatementUpload.objects.filter(state=UploadState.WAITING).order_by("uploaded_at")
    return sum(read_upload(upload=upload) for upload in waiting.values_list("id", flat=True))


def _import(upload: StatementUpload, patience: int) -> None:
    imported = import_file(
        provider=upload.provider,
        month=upload.month,
        name=upload.name,
        content=bytes(upload.content),
        by=upload.uploaded_by,
        patience=patience,
    )
    upload.lines, upload.known, upload.matched = imported.lines, imported.known, imported.matched
    upload.items = imported.items
    if upload.is_all:
        upload.items += complete_month(provider=upload.provider, month=upload.month)
    upload.statement, upload.state = imported.statement, UploadState.DONE
