"""Give an unknown attempt up before its deadline does: the customer is free, what we may owe is in suspense."""

from django.db import transaction

from editor.attempts import AttemptState, Event
from editor.services.end_overdue import GivingUp, give_up
from editor.services.finish_edit import finish_edit
from editor.services.lock_unsettled import lock_unsettled
from editor.services.note_decision import check_note, note_decision
from editor.services.raise_alert import UNKNOWN

BY_STAFF = GivingUp(
    Event.GIVEN_UP,
    "given_up",
    "The provider never said what became of this order, so we gave it up.",
    "staff gave it up before its deadline.",
)


def give_up_attempt(*, attempt_id: str, epoch: int, staff_id: str, note: str) -> None:
    """Close it as lost and end its edit, unless another part still runs. A picture that yet comes is given free.

    Its alert is closed, and one for the lost attempt stands until the debt is settled. Raises InvalidInput, NotFound
    and Overtaken, and then nothing is changed.
    """
    note = check_note(note)
    with transaction.atomic():
        edit, attempt = lock_unsettled(attempt_id=attempt_id, epoch=epoch, states=(AttemptState.UNKNOWN,))
        note_decision(kind=UNKNOWN, subject=attempt.id, staff_id=staff_id, did="Given up.", note=note)
        finish_edit(edit, costs=give_up(edit, attempt, BY_STAFF))
