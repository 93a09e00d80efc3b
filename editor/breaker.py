"""A provider's breaker: when it opens, who may probe it, when it closes. Pure; the row it is kept in is locked outside.

Closed until ten failures and half of what counted in the last 60 s, or one error about our own account; then open for
30 s; then half open: one attempt at a time probes. A probe's success closes it, its failure opens it for twice as long,
up to 5 minutes. What others than the probe bring while it is not closed changes nothing. What was opened
otherwise (for a budget, by `open_until` alone) closes alike. No Django.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

FEWEST_FAILURES = 10
SHARE_OF_FAILURES = 0.5
WINDOW_SECONDS = 60
FIRST_OPEN_SECONDS = 30
LONGEST_OPEN_SECONDS = 300


class Position(StrEnum):
    """How a breaker stands."""

    CLOSED = auto()
    OPEN = auto()
    HALF_OPEN = auto()


class Outcome(StrEnum):
    """What an attempt showed of its provider.

    GOOD: an order was taken, or a job delivered. BAD: it did not do its part. ACCOUNT: it turned our key or account
    away. ANSWERED: it works, and refused this order only. LIMITED: it asked to be sent less, which says neither that it
    works nor that it does not. SPARED: the order was not sent for reasons of ours, so that another may probe.
    """

    GOOD = auto()
    BAD = auto()
    ACCOUNT = auto()
    ANSWERED = auto()
    LIMITED = auto()
    SPARED = auto()


class Change(StrEnum):
    """What an outcome did to a breaker. REOPENED is a probe that failed."""

    NONE = auto()
    OPENED = auto()
    REOPENED = auto()
    CLOSED = auto()


@dataclass(frozen=True, slots=True)
class Breaker:
    """A breaker as it is kept: `probe` is the attempt that probes, or the last that did; empty when none has."""

    open_until: datetime | None = None
    open_seconds: int = 0
    probe: str = ""
    probe_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recent:
    """What counted in the last 60 s, the outcome that is judged among it."""

    successes: int
    failures: int


@dataclass(frozen=True, slots=True)
class Step:
    """The breaker that follows, and what happened to it."""

    breaker: Breaker
    change: Change = Change.NONE


CLOSED = Breaker()
FAILURES = frozenset({Outcome.BAD, Outcome.ACCOUNT})
SUCCESSES = frozenset({Outcome.GOOD, Outcome.ANSWERED})


def position(breaker: Breaker, now: datetime) -> Position:
    """Tell how a breaker stands."""
    if breaker.open_until is None:
        return Position.CLOSED
    return Position.OPEN if now < breaker.open_until else Position.HALF_OPEN


def may_probe(breaker: Breaker, now: datetime) -> bool:
    """Tell whether an attempt may become the probe: it is half open, and nobody probes or has taken too long to."""
    if position(breaker, now) is not Position.HALF_OPEN:
        return False
    return not breaker.probe or breaker.probe_until is None or now >= breaker.probe_until


def after(breaker: Breaker, outcome: Outcome, *, attempt: str, now: datetime, recent: Recent) -> Step:
    """Tell what an attempt's outcome makes of a breaker."""
    if position(breaker, now) is Position.CLOSED:
        opens = outcome is Outcome.ACCOUNT or (outcome is Outcome.BAD and _failing(recent))
        return Step(_opened(FIRST_OPEN_SECONDS, now), Change.OPENED) if opens else Step(breaker)
    if not breaker.probe or attempt != breaker.probe:
        return Step(breaker)
    if outcome in SUCCESSES:
        return Step(CLOSED, Change.CLOSED)
    if outcome in FAILURES:
        seconds = max(FIRST_OPEN_SECONDS, min(breaker.open_seconds * 2, LONGEST_OPEN_SECONDS))
        return Step(_opened(seconds, now), Change.REOPENED)
    return Step(Breaker(breaker.open_until, breaker.open_seconds))


def _failing(recent: Recent) -> bool:
    counted = recent.successes + recent.failures
    return recent.failures >= FEWEST_FAILURES and recent.failures >= SHARE_OF_FAILURES * counted


def _opened(seconds: int, now: datetime) -> Breaker:
    return Breaker(open_until=now + timedelta(seconds=seconds), open_seconds=seconds)
