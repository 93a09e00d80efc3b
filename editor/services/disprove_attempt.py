"""Take staff's word that the provider made nothing of an order whose outcome was unknown."""

from django.db import transaction

from billing import facade
from editor.attempts import CHARGED, AttemptState, Event
from editor.errors import InvalidInput, Overtaken
from editor.services.close_attempt import Closing, close_attempt
from editor.services.cost_of import cost_facts
from editor.services.lock_unsettled import UNTOUCHED, lock_unsettled
from editor.services.note_decision import check_note, note_decision
from editor.services.raise_alert import LOST, UNKNOWN

STATES = (AttemptState.UNKNOWN, AttemptState.LOST)
SAYS = Closing(Event.DISPROVED, "not_made", "The provider confirms that it made nothing of this order.")


def disprove_attempt(*, attempt_id: str, epoch: int, staff_id: str, note: str) -> None:
    """Close an unknown attempt, so that its part may be ordered elsewhere; of a lost one the alert and the debt end.

    The note names the evidence: if it is wrong, two providers are paid. What a lost one put in suspense is taken out;
    a statement that charges it all the same is found. Raises InvalidInput, NotFound and Overtaken, and then nothing is
    changed.
    """
    note = check_note(note)
    with transaction.atomic():
        edit, attempt = lock_unsettled(attempt_id=attempt_id, epoch=epoch, states=STATES)
        if attempt.error_code == CHARGED:
            raise InvalidInput("The provider's own list says that this was charged. Nothing was changed.")
        is_unknown = attempt.state == AttemptState.UNKNOWN
        kind = UNKNOWN if is_unknown else LOST
        note_decision(kind=kind, subject=attempt.id, staff_id=staff_id, did="Declared as not made.", note=note)
        if is_unknown and not close_attempt(
            attempt_id=attempt.id, edit_id=edit.id, epoch=epoch, state=AttemptState.UNKNOWN, closing=SAYS
        ):
            raise Overtaken(f"This attempt was settled meanwhile. {UNTOUCHED}")
        if not is_unknown and not edit.is_test:
            facade.settle_suspense(cost_facts(edit, attempt, expected=0, outcome=SAYS.code), owed=False)
