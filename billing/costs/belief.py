"""Decide whether a reported cost is believed, and what is booked. docs/decisions says why."""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.costs.reported import Reported, Unit, in_micro, read_reported

MOST = 10  # times what was expected, or this part of it
BOOKED_AS_REPORTED = frozenset({"A", "B"})
UNITS: Mapping[str, Unit] = {"apikley": Unit.CREDITS}  # the others count in US dollars
# What a vendor's documents show. ShortAPI's example stands on pages of other prices too, and contradicts its own.
EXAMPLES: Mapping[str, str] = {"shortapi": "0.02"}
EXAMPLE_MICRO = 20_000

NOT_OWED = "nothing is owed for it, whatever was announced"
UNREADABLE = "it is no amount that we can read"
WRONG_UNIT = "it counts in {unit}, which this provider does not"
NO_RATE = "it counts in credits, and the price book has no rate for them"
NEGATIVE = "it is below zero"
NOTHING = "it is nothing, for pictures that were made"
TOO_MUCH = f"it is more than {MOST} times what was expected"
TOO_LITTLE = f"it is less than a {MOST}th of what was expected"
EXAMPLE = "it is the example of the vendor's documents, which contradicts its price"

OUT_OF_BOUNDS = frozenset(
    {UNREADABLE, NEGATIVE, NOTHING, TOO_MUCH, TOO_LITTLE, *(WRONG_UNIT.format(unit=u) for u in Unit)}
)


@dataclass(frozen=True, slots=True)
class Belief:
    """What we make of a report: `reported` in µ$ when it is believed, else `doubt` says why it is not.

    `booked` is what the ledger takes it to cost. `claimed` is what it says in µ$, believed or not, if it can be read.
    """

    booked: int
    reported: int | None = None
    doubt: str = ""
    claimed: int | None = None

    @property
    def is_out_of_bounds(self) -> bool:
        """Tell whether staff should look into it: the rest is known, of the provider or of our price book."""
        return self.doubt in OUT_OF_BOUNDS


def believe(
    *, provider: str, grade: str, text: str, expected: int, certain: bool, unit_rate: int | None = None
) -> Belief:
    """Judge a report. `certain` says that something was made, so that it is owed for. Never raises on any text.

    A believed report of grade A or B is what is booked; of a lower grade it is shown beside what was expected.
    """
    if not text:
        return Belief(expected)
    if not expected:
        return Belief(0, doubt=NOT_OWED)
    read = read_reported(text)
    claimed = None if read is None else in_micro(read, unit_rate=unit_rate)
    doubt = _doubt(provider, read, claimed, expected=expected, certain=certain)
    if doubt:
        return Belief(expected, doubt=doubt, claimed=claimed)
    decides = grade in BOOKED_AS_REPORTED and claimed
    return Belief(claimed if decides and claimed else expected, reported=claimed, claimed=claimed)


def _doubt(provider: str, read: Reported | None, claimed: int | None, *, expected: int, certain: bool) -> str:
    if read is None:
        return UNREADABLE
    if read.unit is not UNITS.get(provider, Unit.USD):
        return WRONG_UNIT.format(unit=read.unit)
    if claimed is None:
        return NO_RATE
    if claimed == EXAMPLE_MICRO != expected and provider in EXAMPLES:
        return EXAMPLE
    return _out_of_bounds(claimed, expected=expected, certain=certain)


def _out_of_bounds(claimed: int, *, expected: int, certain: bool) -> str:
    if claimed < 0:
        return NEGATIVE
    if claimed > MOST * expected:
        return TOO_MUCH
    if claimed == 0:
        return NOTHING if certain else ""
    return TOO_LITTLE if claimed * MOST < expected else ""
