"""Note what a provider answered after its attempt had been given up, so that the picture is still given, free."""

from collections.abc import Sequence

from django.db.models.functions import Now

from editor.attempts import AttemptState
from editor.models import Attempt
from editor.wakeups import wake_waves


def note_late(*, attempt_id: str, results: Sequence[str]) -> bool:
    """Give a lost attempt the results that came too late, and tell whether it was one.

    Names no epoch: giving up raised it, and a lost attempt that knows of nothing has nothing to protect.
    """
    lost = Attempt.objects.filter(id=attempt_id, state=AttemptState.LOST, ticket="", results=[], outputs=None)
    noted = lost.update(results=list(results), due_at=Now())
    if noted:
        wake_waves()
    return bool(noted)
