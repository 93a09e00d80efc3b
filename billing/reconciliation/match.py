"""Find for each charge the attempt that it is for: by id, then by time and amount. Pure.

An id decides alone, whatever the amount: a charge for a job that we do not know is for none of ours whose job we know.
Where one side has none, a charge belongs to an attempt only when the amount is the expected one, the time is near, and
of all such attempts it is the nearest one that nothing else claims. What is surely owed goes before what perhaps is,
and that before what is not; then the closest pairs are made first, so that the order of the lines does not matter.
"""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.reconciliation.charge import Charge

NEAR = timedelta(minutes=10)  # a charge comes after the answer, a synchronous one takes minutes
LOOKED_AT = 20  # attempts on either side, so that many at once stay many and not many times many


@dataclass(frozen=True, slots=True)
class Cost:
    """An attempt as far as matching goes: `amounts` are those that a charge for it may have, in µ$.

    `doubt` is 0 for one that is surely charged for, 1 where nobody knows, 2 where nothing is owed.
    """

    attempt: str
    ticket: str
    at: datetime
    amounts: frozenset[int]
    doubt: int = 0


@dataclass(frozen=True, slots=True)
class Matches:
    """For each charge, by its place: the attempt. Charges in neither are for nothing we know."""

    by_id: Mapping[int, str]
    by_time: Mapping[int, str]


def match(charges: Sequence[Charge], costs: Iterable[Cost], *, taken: frozenset[str] = frozenset()) -> Matches:
    """Match charges to costs; attempts in `taken` have a charge on another statement and are found by id only."""
    known = list(costs)
    attempts = {cost.attempt for cost in known}
    tickets = {cost.ticket: cost.attempt for cost in known if cost.ticket}
    by_id: dict[int, str] = {}
    for place, charge in enumerate(charges):
        named = charge.attempt if charge.attempt in attempts else tickets.get(charge.ticket)
        if named:
            by_id[place] = named
    left = [place for place, charge in enumerate(charges) if place not in by_id and charge.amount > 0]
    claimed = taken | set(by_id.values())
    free = [cost for cost in known if cost.attempt not in claimed]
    return Matches(by_id, _nearest(charges, left, free))


def _nearest(charges: Sequence[Charge], places: Sequence[int], costs: Sequence[Cost]) -> dict[int, str]:
    """Pair charges with costs of the same amount, the closest in time first."""
    pairs = list(_near(charges, places, costs))
    heapq.heapify(pairs)
    paired: dict[int, str] = {}
    used: set[str] = set()
    while pairs:
        *_, attempt, place = heapq.heappop(pairs)
        if place not in paired and attempt not in used:
            paired[place] = attempt
            used.add(attempt)
    return paired


def _near(
    charges: Sequence[Charge], places: Sequence[int], costs: Sequence[Cost]
) -> Iterator[tuple[int, timedelta, str, str, int]]:
    """Give the pairs that may be: the doubt, how far apart, the charge's name, the attempt, the charge's place."""
    of_amount: defaultdict[int, list[tuple[datetime, str, bool, int]]] = defaultdict(list)
    for cost in costs:
        for amount in cost.amounts:
            of_amount[amount].append((cost.at, cost.attempt, bool(cost.ticket), cost.doubt))
    for rows in of_amount.values():
        rows.sort()
    for place in places:
        charge = charges[place]
        rows = of_amount.get(charge.amount, [])
        here = bisect_left(rows, (charge.at, "", False, 0))
        for when, attempt, has_job, doubt in rows[max(0, here - LOOKED_AT) : here + LOOKED_AT]:
            if abs(when - charge.at) <= NEAR and not (charge.ticket and has_job):
                yield doubt, abs(when - charge.at), charge.line_id, attempt, place
