"""Fold changes of costs into the coarser sums, so that pages read few rows; they are as right before as after."""

from django.db import connection

from billing.costs.grains import COLUMNS, GRAINS
from billing.selectors.sums import SUMMED

BATCH = 20_000
KEY = ", ".join(("day", "grain", *COLUMNS))
NAMES = ", ".join(SUMMED)
ADDED = ", ".join(f"{name} = billing_costsum.{name} + excluded.{name}" for name in SUMMED)
GRAIN = " ".join(
    f"WHEN {sum((column not in columns) << place for place, column in enumerate(reversed(COLUMNS)))} THEN '{name}'"
    for name, columns in GRAINS.items()
)
FOLD = f"""
WITH gone AS (
    DELETE FROM billing_costchange WHERE id IN (
        SELECT id FROM billing_costchange ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING *
), summed AS (
    SELECT day, CASE grouping({", ".join(COLUMNS)}) {GRAIN} END AS grain,
        {", ".join(f"coalesce({column}, '') AS {column}" for column in COLUMNS)},
        {", ".join(f"sum({name}) AS {name}" for name in SUMMED)}
    FROM gone GROUP BY GROUPING SETS ({", ".join(f"(day, {', '.join(columns)})" for columns in GRAINS.values())})
), folded AS (
    INSERT INTO billing_costsum ({KEY}, {NAMES}) SELECT {KEY}, {NAMES} FROM summed ORDER BY {KEY}
    ON CONFLICT ({KEY}) DO UPDATE SET {ADDED}
)
SELECT count(*) FROM gone
"""  # noqa: S608 - our names


def fold_costs() -> int:
    """Fold what there is, a batch in a statement of its own; gives how many changes. Two at once share the work.

    Sums are locked in the order of their key, and by nobody else.
    """
    folded = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(FOLD)
            count: int = cursor.fetchone()[0]
        folded += count
        if count < BATCH:
            return folded
