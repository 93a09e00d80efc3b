"""Sums of days, straight from the rollups: what was used, what it cost, what was earned. One query each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection

from billing.costs.grains import GRAINS


class Dimension(StrEnum):
    """What sums can be taken by; each is a column of `UsageDay`."""

    DAY = "day"
    WORKSPACE = "workspace_id"
    PROJECT = "project"
    MEMBER = "member"
    KEY = "key"
    PROVIDER = "provider"
    MODEL = "model"
    RESOLUTION = "resolution"


SUMMED = (
    "attempts", "pictures", "expected", "reported", "reported_expected", "stated", "stated_expected", "booked",
    "suspense", "failure_cost", "retail", "sold", "charged", "refunded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of one combination, named by `of` in the order that was asked for (a day as 2026-11-20). All in µ$.

    `reported_expected` is what was expected of those costs that were reported and believed, `stated_expected` of those
    that a statement names: so that like is compared with like. `sold`, `charged` and `refunded` are of
    the days on which the ledger moved them, all else of the days of the attempts.
    """

    of: tuple[str, ...]
    attempts: int
    pictures: int
    expected: int
    reported: int
    reported_expected: int
    stated: int
    stated_expected: int
    booked: int
    suspense: int
    failure_cost: int
    retail: int
    sold: int
    charged: int
    refunded: int

    @property
    def reported_drift(self) -> int:
        """Give what was reported above what was expected of it."""
        return self.reported - self.reported_expected

    @property
    def stated_drift(self) -> int:
        """Give what statements say above what was expected of it."""
        return self.stated - self.stated_expected

    @property
    def margin(self) -> int:
        """Give what was earned less what is owed for it, suspense included."""
        return self.retail - self.booked


def sums(
    *,
    since: date,
    until: date,
    by: Sequence[Dimension] = (),
    only: Mapping[Dimension, str] | None = None,
    most: int | None = None,
) -> list[Sums]:
    """Sum up these days, both included, by these dimensions; without any it is one row, even of nothing.

    By day they come in its order, otherwise the largest retail and then cost first, cut to `most`.
    """
    wanted = only or {}
    columns = [dimension.value for dimension in by]
    order = ", ".join(columns) if Dimension.DAY in by else ", ".join(["sum(retail) DESC", "sum(booked) DESC", *columns])
    totals = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in SUMMED)
    source, values = _source(
        [*by, *wanted], [since, until, *wanted.values()], [dimension.value for dimension in wanted]
    )
    query = f"SELECT {', '.join([*columns, totals])} FROM {source}"  # noqa: S608 - our names
    if columns:
        query += f" GROUP BY {', '.join(columns)} ORDER BY {order} LIMIT %s"
        values = [*values, most]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    return [Sums(tuple(str(value) for value in row[: len(by)]), *row[len(by) :]) for row in rows]


def _source(asked: Sequence[Dimension], values: list[Any], wanted: list[str]) -> tuple[str, list[Any]]:
    """Give what to read with its values: the coarsest sums that know all of this and, of a workspace, its own days.

    The coarser ones are read with the changes that are not folded yet, in the one statement: none is missed or counted
    twice.
    """
    conditions = " AND ".join(["day BETWEEN %s AND %s", *(f"{column} = %s" for column in wanted)])
    own_days = f"billing_usageday WHERE {conditions}"
    if Dimension.WORKSPACE in wanted:
        return own_days, values
    needed = {dimension.value for dimension in asked} - {Dimension.DAY.value}
    grain = next((name for name, columns in GRAINS.items() if needed.issubset(columns)), None)
    if grain is None:
        return own_days, values
    read = ", ".join(["day", *sorted(needed), *SUMMED])
    folded = f"SELECT {read} FROM billing_costsum WHERE grain = %s AND {conditions}"  # noqa: S608 - our names
    changed = f"SELECT {read} FROM billing_costchange WHERE {conditions}"  # noqa: S608 - our names
    return f"({folded} UNION ALL {changed}) AS summed", [grain, *values, *values]


def fold(rows: Sequence[Sums], *places: int) -> list[Sums]:
    """Add up rows by some of their dimensions, named by their places in `of`; without any it is one row.

    So that a page asks once, by all that it shows, and a chart and its tables are of the same moment.
    """
    found: dict[tuple[str, ...], list[int]] = {} if places else {(): [0] * len(SUMMED)}
    for row in rows:
        of = tuple(row.of[place] for place in places)
        added = [getattr(row, name) for name in SUMMED]
        found[of] = [one + other for one, other in zip(found.get(of, [0] * len(SUMMED)), added, strict=True)]
    return [Sums(of, *totals) for of, totals in found.items()]
