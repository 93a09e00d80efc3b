"""What a workspace used and was charged for, by day, provider, member, key, project or resolution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.selectors.sums import Dimension, sums


@dataclass(frozen=True, slots=True)
class Usage:
    """Pictures that were charged, what was taken for them and what was given back (µ$), of the combination `of`.

    Each on the day on which the ledger booked it, so that a day's `spent` is the sum of its entries for edits.
    """

    of: tuple[str, ...]
    pictures: int
    charged: int
    refunded: int = 0

    @property
    def spent(self) -> int:
        """Give what was charged less what was given back; below zero where more came back than was taken."""
        return self.charged - self.refunded


def usage(*, workspace_id: str, since: date, until: date, by: Sequence[Dimension] = ()) -> list[Usage]:
    """Sum up a workspace's days, both included; see `sums` for the order. One query, from the rollups.

    What neither was charged nor given back is left out, but for the total. A key or member is empty where
    an edit had none.
    """
    found = sums(since=since, until=until, by=by, only={Dimension.WORKSPACE: workspace_id})
    shown = [row for row in found if row.sold or row.charged or row.refunded or not by]
    return [Usage(row.of, row.sold, row.charged, row.refunded) for row in shown]
