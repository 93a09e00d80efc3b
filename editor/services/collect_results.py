"""Deliver an attempt's stored pictures: outputs, cost, and the end of the edit, all at once or not."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from billing import facade
from editor.attempts import AttemptState, Event, advance
from editor.crash import crash_at
from editor.models import Attempt, Edit, Image, Output
from editor.services.cost_of import LATE, cost_facts, cost_of
from editor.services.finish_edit import finish_edit


def collect_results(*, attempt_id: str, edit_id: str, epoch: int, pictures: Sequence[Image], late: bool) -> bool:
    """Deliver the pictures if the attempt is still ours, and tell whether it was. Locks the edit, then the attempt.

    Late pictures belong to an attempt that was given up: they are listed, free, and the edit's status stays; what was
    in suspense for them is owed.
    """
    was = AttemptState.LOST if late else AttemptState.COLLECTING
    state = was if late else advance(was, Event.DELIVERED).state
    with transaction.atomic():
        edit = Edit.objects.select_for_update().get(id=edit_id)
        taken = Attempt.objects.filter(id=attempt_id, epoch=epoch, state=was, outputs=None).update(
            state=state, due_at=None, wave=None, error_code="", error_message="", finished_at=timezone.now()
        )
        if not taken:
            return False
        _list_outputs(edit, attempt_id, pictures, late=late)
        attempt = Attempt.objects.get(id=attempt_id)
        if not late:
            finish_edit(edit, costs=cost_of(edit, attempt, expected=_cost(attempt), delivered=len(pictures)))
        elif not edit.is_test:
            facade.settle_suspense(cost_facts(edit, attempt, expected=_cost(attempt), outcome=LATE), owed=True)
        crash_at("before_capture_commit")
    crash_at("after_capture")
    return True


def _list_outputs(edit: Edit, attempt_id: str, pictures: Sequence[Image], *, late: bool) -> None:
    Output.objects.bulk_create(
        Output(edit=edit, attempt_id=attempt_id, image=image, position=position, late=late)
        for position, image in enumerate(pictures, start=1)
    )


def _cost(attempt: Attempt) -> int:
    """Give what we expect to owe in µ$: for as many of the ordered pictures as the provider said it made."""
    made = min(len(attempt.results), attempt.n)
    return attempt.expected_cost * made // attempt.n
