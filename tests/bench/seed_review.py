"""What the cost review has to show of a seeded year: statements, what was found in them, and the coarser sums.

Every cost older than 60 days is on its provider's statement of the month; ShortAPI's first four months came as one, of
more than 100,000 lines for a million edits. One line of 500 is for nothing we know of, and one report of 1,000 since
then is out of bounds. What was found is open in the last month stated and since then, and disputed before.
"""

from collections.abc import Iterator
from typing import Any

from tests.bench.filling import fill

STRAYS, DOUBTS = 500, 1000
NUMBER = "substr(attempt, 5)::bigint"
CHARGES = f"""(
    SELECT *, row_number() OVER (PARTITION BY provider, month ORDER BY at, ticket) AS number FROM (
        SELECT provider, greatest(date_trunc('month', day)::date, CASE provider WHEN 'shortapi' THEN fourth END)
            AS month, charge.attempt, charge.ticket, stated, at
        FROM billing_costline line
        CROSS JOIN (SELECT (date_trunc('month', min(day)) + interval '3 months')::date AS fourth FROM billing_costline)
        CROSS JOIN LATERAL (
            SELECT attempt, ticket UNION ALL SELECT '', 'stray-' || attempt WHERE {NUMBER} % {STRAYS} = 0) charge
        WHERE state = 'confirmed'
    ) charges ORDER BY month, provider, number
) charges"""
MONTH = "to_date(substr(statement_id, 5, 6), 'YYYYMM')"
LAST = f"(SELECT max({MONTH}) FROM billing_statementline)"


def review_tables() -> Iterator[tuple[str, str, list[Any]]]:
    """Give the statements that fill the tables, in their order, once there are cost lines and days."""
    from billing import models as billing
    from billing.selectors.sums import SUMMED

    yield "statement lines", *fill(
        billing.StatementLine, CHARGES, statement_id="'stm_' || to_char(month, 'YYYYMM') || provider",
        provider="provider", number="number", line_id="'charge-' || ticket", ticket="ticket", amount="stated",
        at="at", attempt="attempt", matched_by="CASE attempt WHEN '' THEN '' ELSE 'id' END",
    )  # fmt: skip
    yield "statements", *fill(
        billing.Statement, "billing_statementline GROUP BY statement_id, provider ORDER BY statement_id",
        id="statement_id", provider="provider", month=MONTH, sha256="repeat(md5(statement_id), 2)",
        name="provider || '.csv'", lines_read="count(*)", total="sum(amount)",
        settled="sum(amount) FILTER (WHERE attempt <> '')", is_complete=f"{MONTH} < {LAST}",
        imported_at=f"{MONTH} + interval '34 days'",
    )  # fmt: skip
    is_open = f"{MONTH} = {LAST}"
    yield "items of statements", *fill(
        billing.ReviewItem, "billing_statementline WHERE attempt = '' ORDER BY id", id="bench_id('itm', id)",
        key="provider || ':line:' || line_id", kind="'unmatched'", provider="provider", month=MONTH, line_id="id",
        amount="amount", evidence="jsonb_build_object('ticket', ticket, 'lines', ARRAY[number])",
        note=f"CASE WHEN {is_open} THEN '' ELSE 'They were told.' END",
        resolution=f"CASE WHEN {is_open} THEN '' ELSE 'disputed' END",
        resolved_at=f"CASE WHEN {is_open} THEN NULL ELSE {MONTH} + interval '40 days' END",
        raised_at=f"{MONTH} + interval '34 days'",
    )  # fmt: skip
    yield "items of reports", *fill(
        billing.ReviewItem, f"billing_costline WHERE state = 'accrued' AND {NUMBER} % {DOUBTS} = 0 ORDER BY attempt",
        id="'itm_9' || right(attempt, 25)", key="'out_of_bounds:' || attempt", kind="'out_of_bounds'",
        provider="provider", month="date_trunc('month', day)::date", attempt="attempt", amount="expected * 99",
        evidence="jsonb_build_object('reported', '4.2', 'expected', expected, 'doubt', 'out of bounds')",
        raised_at="at",
    )  # fmt: skip
    coarse = "day, workspace_id, key, provider, resolution"
    summed = ", ".join(f"sum({name})" for name in SUMMED)
    changes = f"INSERT INTO billing_costchange ({coarse}, {', '.join(SUMMED)}) SELECT {coarse}, {summed} "
    yield "changes of costs", f"{changes} FROM billing_usageday GROUP BY {coarse} ORDER BY {coarse}", []
