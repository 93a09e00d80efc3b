"""What we know of the attempts that a statement may charge for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q

from billing.models import CostLine, CostState, UpstreamPrice
from billing.reconciliation.charge import Charge
from billing.reconciliation.judge import Owed
from billing.reconciliation.match import Cost

AROUND = timedelta(days=1)  # a charge may come in the month after its attempt
BATCH = 5_000
COLUMNS = (
    "attempt", "ticket", "at", "model", "resolution", "ordered", "delivered", "expected", "booked", "stated", "state",
)  # fmt: skip
DOUBTS = {CostState.SUSPENSE: 1, CostState.VOID: 2}


@dataclass(frozen=True, slots=True)
class KnownCost:
    """An attempt: what is due for it, by which names and amounts a charge for it is known, whether one came before."""

    owed: Owed
    ticket: str
    amounts: frozenset[int]
    is_stated: bool
    doubt: int


def cost_of(known: KnownCost) -> Cost:
    """Give it as matching wants it."""
    return Cost(known.owed.attempt, known.ticket, known.owed.at, known.amounts, known.doubt)


def known_costs(*, provider: str, month: date, charges: Sequence[Charge]) -> dict[str, KnownCost]:
    """Read the provider's cost lines of a month and a day around it, and those of any time that the charges name."""
    since = datetime(month.year, month.month, 1, tzinfo=UTC)
    until = (since + timedelta(days=31)).replace(day=1)
    about = Q(at__gte=since - AROUND, at__lt=until + AROUND)
    prices = _Prices(provider)
    known = {line.attempt: _known(line, prices) for line in _lines(provider, about)}
    tickets = {cost.ticket for cost in known.values()}
    missing = [charge for charge in charges if charge.attempt not in known and charge.ticket not in tickets]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        named = Q(attempt__in={charge.attempt for charge in batch if charge.attempt})
        named |= Q(ticket__in={charge.ticket for charge in batch if charge.ticket})
        known |= {line.attempt: _known(line, prices) for line in _lines(provider, named)}
    return known


def _lines(provider: str, which: Q) -> list[CostLine]:
    return list(CostLine.objects.filter(which, provider=provider).only(*COLUMNS))


def _known(line: CostLine, prices: "_Prices") -> KnownCost:
    pictures = line.delivered or line.ordered
    owed = Owed(line.attempt, line.expected, pictures, f"{line.model} {line.resolution}", line.at)
    full = prices.at(line.model, line.resolution, line.at) * line.ordered
    amounts = frozenset({line.expected, line.booked, full} - {0})
    return KnownCost(owed, line.ticket, amounts, line.stated is not None, DOUBTS.get(CostState(line.state), 0))


class _Prices:
    """A provider's price book, read once: what one picture cost at a time."""

    def __init__(self, provider: str) -> None:
        self._prices: dict[tuple[str, str], list[tuple[datetime, int]]] = {}
        rows = UpstreamPrice.objects.filter(provider=provider).order_by("-valid_from")
        for model, resolution, since, amount in rows.values_list("model", "resolution", "valid_from", "amount"):
            self._prices.setdefault((model, resolution), []).append((since, amount))

    def at(self, model: str, resolution: str, when: datetime) -> int:
        """Give the price then, newest first; nothing when none was known."""
        return next((amount for since, amount in self._prices.get((model, resolution), ()) if since <= when), 0)
