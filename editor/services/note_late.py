"""Note what a provider answered after its attempt had been given up, so that the picture is still given, free."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from editor.attempts import AttemptState
from editor.models import Attempt
from editor.wakeups import wake_waves


def note_late(*, attempt_id: str, ticket: str = "", results: Sequence[str] = ()) -> bool:
    """Give a lost attempt the ticket or the results that came too late, and tell whether it was one.

    Names no epoch: giving up raised it, and a lost attempt that knows of nothing has nothing to protect. A ticket that
    another attempt has is not taken.
    """
    lost = Attempt.objects.filter(id=attempt_id, state=AttemptState.LOST, ticket="", results=[], outputs=None)
    try:
        with transaction.atomic():
            noted = lost.update(ticket=ticket, results=list(results), due_at=timezone.now())
            if noted:
                wake_waves()
    except IntegrityError:
        return False
    return bool(noted)
