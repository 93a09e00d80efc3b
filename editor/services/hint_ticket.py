"""Keep a ticket that may be an attempt's: to be asked after with our own key, and adopted if the provider knows it."""

from django.db.models import Case, F, When
from django.db.models.functions import Now

from editor.attempts import AttemptState
from editor.models import Attempt

TICKETLESS = [AttemptState.SUBMITTING, AttemptState.UNKNOWN, AttemptState.LOST]
LONGEST = 200


def hint_ticket(*, attempt_id: str, ticket: str) -> None:
    """Note the ticket if the attempt has none, and have it asked after now unless a wave holds it. Safe to repeat."""
    due_unless_held = Case(When(wave=None, then=Now()), default=F("due_at"))
    Attempt.objects.filter(id=attempt_id, ticket="", state__in=TICKETLESS).update(
        hinted_ticket=ticket[:LONGEST], due_at=due_unless_held
    )
