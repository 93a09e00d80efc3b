"""What customers are told of by webhooks, and when a message that was not taken is sent again. Pure.

As Standard Webhooks 1.0 has it (specification of July 2023): the schedule; 2xx only is taken; 410 is the end of an
endpoint; 429, 502 and 504 ask for rest.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class EventType(StrEnum):
    """What a message is about."""

    EDIT_SUCCEEDED = "edit.succeeded"
    EDIT_PARTIAL = "edit.partial"
    EDIT_FAILED = "edit.failed"
    EDIT_CANCELED = "edit.canceled"
    CREDIT_LOW = "credit.low"
    BUDGET_USED = "budget.used"
    TEST = "webhook.test"


# A test is sent where it is asked for, whatever the endpoint subscribes to.
SUBSCRIBABLE = tuple(kind for kind in EventType if kind is not EventType.TEST)

# How long after one failed try the next one is: ten tries over 75 h 35 min, each wait up to a tenth longer or shorter.
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
TRIES = len(SCHEDULE) + 1
JITTER = 0.1
NOTHING_BUT_FAILURES = timedelta(days=5)

GONE = 410
ASKS_FOR_REST = frozenset({429, 502, 504})
REST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from a try: `rest` is how long the endpoint is left alone."""

    is_taken: bool
    is_gone: bool = False
    rest: timedelta = timedelta(0)


def judge(status: int | None, retry_after: float | None = None) -> Verdict:
    """Say what an answer means; None is no answer. `retry_after` is in seconds, bounded, where it was said."""
    if status is None:
        return Verdict(is_taken=False)
    if status in ASKS_FOR_REST:
        return Verdict(is_taken=False, rest=REST if retry_after is None else timedelta(seconds=retry_after))
    return Verdict(is_taken=200 <= status < 300, is_gone=status == GONE)  # noqa: PLR2004


def next_wait(failed: int, *, luck: float, rest: timedelta = timedelta(0)) -> timedelta | None:
    """Give the wait after so many failed tries, None when that was the last; `luck` is anything from -1 to 1."""
    if failed >= TRIES:
        return None
    return max(SCHEDULE[failed - 1] * (1 + JITTER * luck), rest)
