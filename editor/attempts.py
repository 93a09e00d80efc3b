"""The life of an attempt as a pure function: (state, event) → what follows.

Filled by the state machine; the states stand here first because the tables need them.
"""

from enum import StrEnum


class AttemptState(StrEnum):
    """Where an attempt is."""

    INTENT = "intent"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    COLLECTING = "collecting"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELED = "canceled"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    LOST = "lost"


OPEN_STATES = frozenset(
    {
        AttemptState.INTENT,
        AttemptState.SUBMITTING,
        AttemptState.ACCEPTED,
        AttemptState.COLLECTING,
        AttemptState.UNKNOWN,
    }
)
