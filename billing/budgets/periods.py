"""Which budgets an edit counts in, and what is left of each; changed by statements whose conditions decide.

The wallet is always locked before, so that the edits of a workspace queue there and never in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from accounts.ids import new_id
from billing.budgets.rotations import FIRST, LINE
from billing.errors import OverBudget
from billing.ledger import Closed

STEPS = (50, 80, 100)

# Under the first key of the rotations, where two that are used at once meet in the unique index.
CAP = f"""
WITH RECURSIVE {LINE}, first AS ({FIRST}), capped AS (
    INSERT INTO billing_budget (id, workspace_id, scope, target, period, "limit", created_at)
    SELECT %(id)s, workspace_id, 'key', first.id, 'month', monthly_cap, statement_timestamp()
    FROM accounts_apikey key CROSS JOIN first
    WHERE key.id = %(key)s AND monthly_cap IS NOT NULL AND NOT EXISTS (
        SELECT FROM billing_budget budget WHERE budget.workspace_id = key.workspace_id
        AND scope = 'key' AND target = first.id AND period = 'month' AND "limit" = monthly_cap
    )
    ON CONFLICT (workspace_id, scope, target, period) DO UPDATE SET "limit" = excluded."limit"
    WHERE billing_budget."limit" <> excluded."limit"
)
SELECT id FROM first
"""  # noqa: S608 - our own texts

MATCHING = """
WITH matching AS (
    SELECT budget.id || ':' || starts.day AS id, budget.id AS budget_id, starts.day FROM billing_budget budget
    CROSS JOIN LATERAL (SELECT date_trunc(budget.period, statement_timestamp() AT TIME ZONE 'UTC')::date AS day) starts
    WHERE budget.workspace_id = %(workspace)s AND CASE budget.scope
        WHEN 'workspace' THEN true
        WHEN 'project' THEN budget.target = %(project)s
        WHEN 'member' THEN budget.target = %(member)s
        WHEN 'key' THEN budget.target = %(key)s END
), begun AS (
    INSERT INTO billing_budgetperiod (id, budget_id, starts, held, spent, approved, warned)
    SELECT id, budget_id, day, 0, 0, 0, 0 FROM matching ON CONFLICT (id) DO NOTHING
)
SELECT id FROM matching ORDER BY id
"""

RESERVE = """
WITH locked AS (
    SELECT period.id, period.warned, budget."limit" FROM billing_budgetperiod period
    JOIN billing_budget budget ON budget.id = period.budget_id
    WHERE period.id = ANY(%(periods)s) ORDER BY period.id FOR UPDATE OF period
)
UPDATE billing_budgetperiod period SET held = period.held + %(amount)s,
    approved = period.approved + greatest(0, CASE WHEN %(approved)s
        THEN period.held + period.spent + %(amount)s - locked."limit" - period.approved ELSE 0 END),
    warned = greatest(period.warned, CASE
        WHEN (period.held + period.spent + %(amount)s) * 100 >= locked."limit" * 100 THEN 100
        WHEN (period.held + period.spent + %(amount)s) * 100 >= locked."limit" * 80 THEN 80
        WHEN (period.held + period.spent + %(amount)s) * 100 >= locked."limit" * 50 THEN 50 ELSE 0 END)
FROM locked WHERE period.id = locked.id
AND (%(approved)s OR period.held + period.spent + %(amount)s <= locked."limit" + period.approved)
RETURNING period.id, locked.warned, period.warned, locked."limit", period.held + period.spent
"""

# Who has left the workspace approves nothing any more.
SHORT = """
SELECT budget.id, budget.scope, budget.period,
    (SELECT user_id FROM accounts_membership member
        WHERE member.workspace_id = budget.workspace_id AND member.user_id = budget.approver_id),
    budget."limit" + period.approved - period.held - period.spent, period.starts
FROM billing_budgetperiod period JOIN billing_budget budget ON budget.id = period.budget_id
WHERE period.id = ANY(%(periods)s) ORDER BY 5, budget.id LIMIT 1
"""

# What was let through above the limit is not left over for others once its own edit does not need it any more.
SETTLE = """
WITH locked AS (
    SELECT period.id, budget."limit" FROM billing_budgetperiod period
    JOIN billing_budget budget ON budget.id = period.budget_id
    WHERE period.id = ANY(%(periods)s) ORDER BY period.id FOR UPDATE OF period
)
UPDATE billing_budgetperiod period SET held = period.held - %(held)s, spent = period.spent + %(spent)s,
    approved = least(period.approved,
        greatest(0, period.held - %(held)s + period.spent + %(spent)s - locked."limit"))
FROM locked WHERE period.id = locked.id
"""

PERIODS_OF = "SELECT jsonb_array_elements_text(budgets) FROM billing_hold WHERE reference = %(reference)s"


@dataclass(frozen=True, slots=True)
class Spends:
    """For whom an edit spends: ids, empty where there is none."""

    project: str = ""
    member: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class BudgetStep:
    """A budget has just been used to so many per cent, in µ$."""

    budget: str
    percent: int
    limit: int
    used: int


def matching_periods(*, workspace_id: str, spends: Spends) -> list[str]:
    """Give the ids of the periods that an edit counts in now, beginning those that nobody counted in yet.

    A key's own monthly cap is a budget too; a rotated key counts in what the one before it counted in. One query in
    the browser, two with a key.
    """
    with connection.cursor() as cursor:
        key = spends.key
        if key:
            cursor.execute(CAP, {"id": new_id("bud"), "key": key})
            key = next((first for (first,) in cursor.fetchall()), key)
        values = {"workspace": workspace_id, "project": spends.project, "member": spends.member, "key": key}
        cursor.execute(MATCHING, values)
        return [period for (period,) in cursor.fetchall()]


def reserve(*, periods: Sequence[str], amount: int, approved: bool = False) -> list[BudgetStep]:
    """Count an amount as held in all of these periods at once, and tell which steps of use that crossed.

    Raises OverBudget for the one that has least left; the caller's transaction takes back what was counted. What was
    `approved` is counted whatever is left.
    """
    if not periods:
        return []
    values: dict[str, Any] = {"periods": list(periods), "amount": amount, "approved": approved}
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, values)
        rows = cursor.fetchall()
        if len(rows) < len(periods):
            cursor.execute(SHORT, values)
            raise _over(cursor.fetchone(), amount)
    return [
        BudgetStep(period.partition(":")[0], percent, limit, used)
        for period, before, percent, limit, used in rows
        if percent > before
    ]


def next_start(period: str, starts: date) -> date:
    """Give the day on which a budget is whole again, from 00:00 UTC."""
    return starts + timedelta(days=1) if period == "day" else (starts + timedelta(days=31)).replace(day=1)


def settle(closed: Closed | None) -> None:
    """Count what a closed hold came to as spent, in the periods that it was held in."""
    if closed is not None and closed.budgets:
        _change(closed.budgets, held=closed.amount, spent=closed.captured)


def give_back(*, reference: str, amount: int) -> None:
    """Count so much less as spent in the periods that a captured hold counted in; below zero, so much more.

    In the transaction that gave the charge back, after it.
    """
    with connection.cursor() as cursor:
        cursor.execute(PERIODS_OF, {"reference": reference})
        periods = [period for (period,) in cursor.fetchall()]
    if periods:
        _change(periods, held=0, spent=-amount)


def _change(periods: Sequence[str], *, held: int, spent: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"periods": list(periods), "held": held, "spent": spent})


def _over(found: tuple[Any, ...] | None, amount: int) -> OverBudget:
    if found is None:  # the budget was removed in this moment
        return OverBudget(budget="", said="a budget", needed=amount, left=0)
    budget, scope, period, approver, left, starts = found
    said = f"the {'daily' if period == 'day' else 'monthly'} budget of this {scope}"
    return OverBudget(
        budget=budget, said=said, needed=amount, left=left, approver=approver or "", whole_on=next_start(period, starts)
    )
