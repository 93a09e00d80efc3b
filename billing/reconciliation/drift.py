"""Tell a price that has changed from single charges that are wrong. Pure.

A new price is one that most charges of a kind have had since it first appeared. Single errors, however many, do not
look like that: between two of them lie charges at the old price.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

AT_LEAST = 5
MOST = 0.8


@dataclass(frozen=True, slots=True)
class Priced:
    """A charge of `amount` for so many pictures of a kind, where `due` was expected; µ$."""

    kind: str
    at: datetime
    amount: int
    pictures: int
    due: int

    @property
    def unit(self) -> int:
        """Give the price of one picture, to the nearest micro-dollar."""
        return round(self.amount / self.pictures)

    @property
    def is_as_expected(self) -> bool:
        """Tell whether it is what was due, but for rounding."""
        return abs(self.amount - self.due) <= self.pictures


@dataclass(frozen=True, slots=True)
class Drift:
    """The price of a kind that holds `since`, instead of what it `was`, and the attempts charged by it."""

    kind: str
    unit: int
    was: int
    since: datetime
    attempts: frozenset[str]


def drifts(charges: Mapping[str, Priced]) -> list[Drift]:
    """Find the new prices among single charges, by attempt."""
    odd: dict[tuple[str, int], list[str]] = {}
    for attempt, priced in charges.items():
        if not priced.is_as_expected:
            odd.setdefault((priced.kind, priced.unit), []).append(attempt)
    found = []
    for (kind, unit), attempts in sorted(odd.items()):
        since = min(charges[attempt].at for attempt in attempts)
        until = max(charges[attempt].at for attempt in attempts)
        around = [one for one in charges.values() if one.kind == kind and since <= one.at <= until]
        if len(attempts) >= AT_LEAST and len(attempts) >= MOST * len(around):
            one = charges[attempts[0]]
            found.append(Drift(kind, unit, round(one.due / one.pictures), since, frozenset(attempts)))
    return found
