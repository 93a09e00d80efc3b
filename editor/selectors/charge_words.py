"""How a charge is explained: in sentences that need no book-keeping to be understood."""

from editor.attempts import AttemptState
from editor.selectors.charge import Charge, Told

ENDINGS = {
    AttemptState.INTENT: "has not been asked yet",
    AttemptState.SUBMITTING: "is being asked",
    AttemptState.ACCEPTED: "took the job and works on it",
    AttemptState.COLLECTING: "has finished; the pictures are being fetched",
    AttemptState.UNKNOWN: "gave no clear answer; we are finding out, and ask nobody twice",
    AttemptState.FAILED: "took the job and gave no picture",
    AttemptState.CANCELED: "was not asked: the edit had been taken back",
    AttemptState.REJECTED: "refused the job, so nothing was made",
    AttemptState.NOT_SENT: "could not be reached, so nothing was sent",
    AttemptState.LOST: "did not tell in time how it ended",
}


def verdict(charge: Charge) -> str:
    """Say in a sentence or two why it was charged what it was."""
    edit, arrived = charge.edit, charge.arrived
    if edit.is_test:
        return "It was a test: simulated, and free."
    if charge.in_progress:
        return "It is still running. Only pictures that arrive are charged; the rest is given back when it ends."
    if not arrived:
        return f"No picture arrived in time, so nothing was charged.{_given_back(charge)}"
    if not edit.charged:
        return f"{_count(arrived)} arrived after what had been set aside was given back, so nothing was charged."
    if arrived < edit.n:
        return f"{arrived} of {_count(edit.n)} arrived in time, and only those were charged."
    return f"{'The picture' if edit.n == 1 else f'All {edit.n} pictures'} arrived, so {_they(edit.n)} charged."


def ending(told: Told) -> str:
    """Say how an attempt ended."""
    attempt = told.attempt
    if attempt.state == AttemptState.DELIVERED or told.in_time:
        return f"made {_count(len(told.in_time))}" + ("" if len(told.in_time) == attempt.n else f" of {attempt.n}")
    return ENDINGS.get(AttemptState(attempt.state), "ended without a picture")


def _given_back(charge: Charge) -> str:
    return " All that was set aside was given back." if charge.story.lines else ""


def _count(number: int) -> str:
    return f"{number} picture{'' if number == 1 else 's'}"


def _they(number: int) -> str:
    return "it was" if number == 1 else "they were"
