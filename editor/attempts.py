"""The life of an attempt as a pure function: (state, event) → the next state and what must be done.

The picture is product.md's: an intent is written before the socket opens; what is not proven to be unsent or refused is
`unknown` and is never sent again as a new order; a provider's later word, a callback's hint or the deadline settles it.
Only where the provider documents an idempotency key is the stored order replayed under that key. An unknown attempt
stays unknown meanwhile; a refusal then proves that nothing was made, for a taken order would have got its answer again.
Staff, who can ask the provider's people, may say that nothing was made, or give it up before the deadline does.
No Django.
"""

from dataclasses import dataclass
from enum import StrEnum, auto

CHARGED = "charged_unseen"  # an unknown attempt's error code once its provider's own list shows what it cost


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


class Event(StrEnum):
    """What was observed, or decided, about an attempt."""

    SUBMIT = auto()
    REROUTED = auto()
    NOT_SENT = auto()
    REJECTED = auto()
    REFUSED = auto()
    ACCEPTED = auto()
    OUTCOME_UNKNOWN = auto()
    REPLAY = auto()
    ORPHANED = auto()
    RESULTS = auto()
    JOB_FAILED = auto()
    DELIVERED = auto()
    UNDELIVERABLE = auto()
    CANCEL = auto()
    DEADLINE = auto()
    DISPROVED = auto()
    GIVEN_UP = auto()


class Effect(StrEnum):
    """What a transition asks for."""

    POST = auto()
    REPLAY = auto()
    POLL = auto()
    DOWNLOAD = auto()
    ROUTE_AGAIN = auto()
    END_PART = auto()
    BOOK_COST = auto()
    BOOK_SUSPENSE = auto()
    ALERT = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """The state that follows, and what must be done for it."""

    state: AttemptState
    effects: frozenset[Effect] = frozenset()


class Impossible(Exception):
    """The event cannot happen to an attempt in this state; whoever observed it is behind the times."""


OPEN_STATES = frozenset(
    {
        AttemptState.INTENT,
        AttemptState.SUBMITTING,
        AttemptState.ACCEPTED,
        AttemptState.COLLECTING,
        AttemptState.UNKNOWN,
    }
)


def _step(state: AttemptState, *effects: Effect) -> Step:
    return Step(state, frozenset(effects))


_LOST = _step(AttemptState.LOST, Effect.BOOK_SUSPENSE, Effect.END_PART, Effect.ALERT)
_UNKNOWN = _step(AttemptState.UNKNOWN, Effect.ALERT)

TRANSITIONS: dict[AttemptState, dict[Event, Step]] = {
    AttemptState.INTENT: {
        Event.SUBMIT: _step(AttemptState.SUBMITTING, Effect.POST),
        Event.REROUTED: _step(AttemptState.NOT_SENT, Effect.ROUTE_AGAIN),
        Event.CANCEL: _step(AttemptState.CANCELED, Effect.END_PART),
        Event.DEADLINE: _step(AttemptState.CANCELED, Effect.END_PART),
    },
    AttemptState.SUBMITTING: {
        Event.NOT_SENT: _step(AttemptState.NOT_SENT, Effect.ROUTE_AGAIN),
        Event.REJECTED: _step(AttemptState.REJECTED, Effect.ROUTE_AGAIN),
        Event.REFUSED: _step(AttemptState.REJECTED, Effect.END_PART),
        Event.ACCEPTED: _step(AttemptState.ACCEPTED, Effect.POLL),
        Event.RESULTS: _step(AttemptState.COLLECTING, Effect.DOWNLOAD),
        Event.OUTCOME_UNKNOWN: _UNKNOWN,
        Event.ORPHANED: _UNKNOWN,
        Event.DEADLINE: _LOST,
    },
    AttemptState.UNKNOWN: {
        Event.REPLAY: _step(AttemptState.UNKNOWN, Effect.REPLAY),
        Event.ACCEPTED: _step(AttemptState.ACCEPTED, Effect.POLL),
        Event.RESULTS: _step(AttemptState.COLLECTING, Effect.DOWNLOAD),
        Event.REJECTED: _step(AttemptState.REJECTED, Effect.ROUTE_AGAIN),
        Event.REFUSED: _step(AttemptState.REJECTED, Effect.END_PART),
        Event.DISPROVED: _step(AttemptState.REJECTED, Effect.ROUTE_AGAIN),
        Event.GIVEN_UP: _LOST,
        Event.DEADLINE: _LOST,
    },
    AttemptState.ACCEPTED: {
        Event.RESULTS: _step(AttemptState.COLLECTING, Effect.DOWNLOAD),
        Event.JOB_FAILED: _step(AttemptState.FAILED, Effect.ROUTE_AGAIN),
        Event.REFUSED: _step(AttemptState.FAILED, Effect.END_PART),
        Event.DEADLINE: _LOST,
    },
    AttemptState.COLLECTING: {
        Event.DELIVERED: _step(AttemptState.DELIVERED, Effect.BOOK_COST, Effect.END_PART),
        Event.UNDELIVERABLE: _step(AttemptState.FAILED, Effect.BOOK_COST, Effect.END_PART),
        Event.DEADLINE: _LOST,
    },
}


def advance(state: AttemptState, event: Event) -> Step:
    """Tell what follows; raises Impossible where nothing does, and then nothing may be done."""
    step = TRANSITIONS.get(state, {}).get(event)
    if step is None:
        raise Impossible(f"{event} cannot happen to an attempt that is {state}")
    return step
