"""What a workspace used and was charged for, by day, provider, member, key, project or resolution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

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


def usage_by_each(
    *, workspace_id: str, since: date, until: date, each: Sequence[Dimension]
) -> dict[Dimension, list[Usage]]:
    """Sum up a workspace's days, both included, by one dimension and by another, the largest charge first.

    One query, which looks at the days once however many it is asked by; so that a chart and its table agree.
    """
    columns = ", ".join(dimension.value for dimension in each)
    sets = ", ".join(f"({dimension.value})" for dimension in each)
    query = f"""
        SELECT grouping({columns}), sum(sold)::bigint, sum(charged)::bigint, sum(refunded)::bigint, {columns}
        FROM billing_usageday WHERE workspace_id = %s AND day BETWEEN %s AND %s GROUP BY GROUPING SETS ({sets})
        HAVING sum(sold) <> 0 OR sum(charged) <> 0 OR sum(refunded) <> 0
        ORDER BY sum(charged) - sum(refunded) DESC, sum(charged) DESC, {columns}
    """  # noqa: S608 - our names
    found: dict[Dimension, list[Usage]] = {dimension: [] for dimension in each}
    left_out = {(1 << len(each)) - 1 - (1 << place): dimension for place, dimension in enumerate(reversed(each))}
    with connection.cursor() as cursor:
        cursor.execute(query, [workspace_id, since, until])
        for which, sold, charged, refunded, *values in cursor.fetchall():
            dimension = left_out[which]
            found[dimension].append(Usage((str(values[each.index(dimension)]),), sold, charged, refunded))
    return found
