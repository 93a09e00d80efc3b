"""Lock an attempt that staff decide about, exactly as they saw it."""

from collections.abc import Container

from editor.attempts import AttemptState
from editor.errors import NotFound, Overtaken
from editor.models import Attempt, Edit

UNTOUCHED = "Nothing was changed; look at it again."


def lock_unsettled(*, attempt_id: str, epoch: int, states: Container[str]) -> tuple[Edit, Attempt]:
    """Lock the edit, then the attempt, in the caller's transaction.

    Raises NotFound, and Overtaken when it left these states, or when a wave has it or had it since it was seen: what it
    is being asked, or has been answered, may settle it.
    """
    edit_id = Attempt.objects.filter(id=attempt_id).values_list("edit_id", flat=True).first()
    if edit_id is None:
        raise NotFound("There is no such attempt.")
    edit = Edit.objects.select_for_update().get(id=edit_id)
    attempt = Attempt.objects.select_for_update(of=("self",)).get(id=attempt_id)
    if attempt.state not in states:
        raise Overtaken(f"This attempt is {AttemptState(attempt.state).value} by now. {UNTOUCHED}")
    if attempt.wave_id is not None:
        raise Overtaken(f"The provider is being asked about this attempt right now. {UNTOUCHED}")
    if attempt.epoch != epoch:
        raise Overtaken(f"The provider was asked about this attempt since you saw it. {UNTOUCHED}")
    return edit, attempt
