"""What a workspace used and was charged for, by day, provider, member, key, project or resolution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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
