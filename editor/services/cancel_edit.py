"""Cancel an edit, as far as nothing was sent."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from editor.attempts import AttemptState
from editor.errors import NotFound
from editor.models import Attempt, Edit
from editor.services.finish_edit import finish_edit


def cancel_edit(*, workspace_id: str, edit_id: str, test: bool = False) -> Edit:
    """Take back what was not sent yet; an edit already with a provider follows its outcome. Safe to repeat.

    Locks the edit. Raises NotFound for a missing or foreign id, and for a test unless it is one.
    """
    with transaction.atomic():
        edit = Edit.objects.select_for_update().filter(workspace_id=workspace_id, is_test=test, id=edit_id).first()
        if edit is None:
            raise NotFound("There is no such edit in this workspace.")
        if edit.finished_at is None:
            edit.cancel_asked = True
            edit.save(update_fields=["cancel_asked"])
            Attempt.objects.filter(edit=edit, state=AttemptState.INTENT).update(
                state=AttemptState.CANCELED,
                epoch=F("epoch") + 1,
                wave=None,
                due_at=None,
                finished_at=Now(),
                error_code="canceled",
            )
            finish_edit(edit)
    return edit
