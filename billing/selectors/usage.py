"""What a workspace used and was charged for, by day, provider, member, key, project or resolution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from billing.selectors.sums import Dimension, sums


@dataclass(frozen=True, slots=True)
class Usage:
    """Pictures that arrived in time and what was charged for them (µ$), for the combination that `of` names."""

    of: tuple[str, ...]
    pictures: int
    charged: int


def usage(*, workspace_id: str, since: date, until: date, by: Sequence[Dimension] = ()) -> list[Usage]:
    """Sum up a workspace's days, both included; see `sums` for the order. One query, from the rollups.

    What was ordered and neither arrived nor charged is left out, but for the total. A key or member is empty where
    an edit had none.
    """
    found = sums(since=since, until=until, by=by, only={Dimension.WORKSPACE: workspace_id})
    return [Usage(row.of, row.pictures, row.retail) for row in found if row.pictures or row.retail or not by]


def usage_by_each(
    *, workspace_id: str, since: date, until: date, each: Sequence[Dimension]
) -> dict[Dimension, list[Usage]]:
    """Sum up a workspace's days, both included, by one dimension and by another, the largest charge first.

    One query, which looks at the days once however many it is asked by; so that a chart and its table agree.
    """
    columns = ", ".join(dimension.value for dimension in each)
    sets = ", ".join(f"({dimension.value})" for dimension in each)
    query = f"""
        SELECT grouping({columns}), sum(pictures)::bigint, sum(retail)::bigint, {columns} FROM billing_usageday
        WHERE workspace_id = %s AND day BETWEEN %s AND %s
        GROUP BY GROUPING SETS ({sets}) HAVING sum(pictures) <> 0 OR sum(retail) <> 0
        ORDER BY sum(retail) DESC, sum(pictures) DESC, {columns}
    """  # noqa: S608 - our names
    found: dict[Dimension, list[Usage]] = {dimension: [] for dimension in each}
    left_out = {(1 << len(each)) - 1 - (1 << place): dimension for place, dimension in enumerate(reversed(each))}
    with connection.cursor() as cursor:
        cursor.execute(query, [workspace_id, since, until])
        for which, pictures, charged, *values in cursor.fetchall():
            dimension = left_out[which]
            found[dimension].append(Usage((str(values[each.index(dimension)]),), pictures, charged))
    return found
