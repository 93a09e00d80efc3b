"""What billing's first page tells: credit, what was spent lately, of what the credit is made."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from billing.ledger import Balance, balance
from billing.selectors.lots import LotLeft, lots_left
from billing.selectors.sums import Dimension
from billing.selectors.usage import Usage, usage

DAYS = 30


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it, in µ$: `days` is one row for each of thirty.

    `month` is what was charged this month (UTC) less what was given back in it.
    """

    credit: Balance
    month: int
    days: list[Usage]
    lots: list[LotLeft]

    @property
    def other_lots(self) -> int:
        """What the lots that are not listed have left."""
        return self.credit.available + self.credit.held - sum(lot.remaining for lot in self.lots)

    @property
    def charged(self) -> int:
        """What was charged in the thirty days."""
        return sum(day.charged for day in self.days)

    @property
    def refunded(self) -> int:
        """What was given back in the thirty days."""
        return sum(day.refunded for day in self.days)

    @property
    def pictures(self) -> int:
        """How many pictures were charged in the thirty days."""
        return sum(day.pictures for day in self.days)


def overview(workspace_id: str) -> Overview:
    """Read it in three queries."""
    today = datetime.now(UTC).date()
    first = today - timedelta(days=DAYS - 1)
    month = today.replace(day=1)
    found = usage(workspace_id=workspace_id, since=min(first, month), until=today, by=[Dimension.DAY])
    return Overview(
        credit=balance(workspace_id),
        month=sum(row.spent for row in found if date.fromisoformat(row.of[0]) >= month),
        days=every_day(found, since=first, until=today),
        lots=lots_left(workspace_id=workspace_id),
    )


def every_day(found: list[Usage], *, since: date, until: date) -> list[Usage]:
    """Give a row for each day from `since` to `until`, of nothing where nothing was used."""
    by_day = {row.of[0]: row for row in found}
    days = [(since + timedelta(days=number)).isoformat() for number in range((until - since).days + 1)]
    return [by_day.get(day) or Usage((day,), 0, 0) for day in days]


def spent_this_month(workspace_id: str) -> int:
    """Tell what was charged this month so far, less what was given back, in UTC. One query."""
    today = datetime.now(UTC).date()
    (row,) = usage(workspace_id=workspace_id, since=today.replace(day=1), until=today)
    return row.spent
