"""Budgets and how far they are used, and what waits to be let through."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from billing.budgets.periods import next_start
from billing.budgets.rotations import LAST
from billing.models import Approval, ApprovalState

# A key is counted by the first of its rotations, and shown by the last.
USE = f"""
SELECT budget.id, budget.workspace_id, budget.scope,
    CASE budget.scope WHEN 'key' THEN coalesce(({LAST.format(key="budget.target")}), budget.target)
        ELSE budget.target END,
    budget.period, budget."limit",
    coalesce(budget.approver_id, ''), starts.day, coalesce(period.held, 0), coalesce(period.spent, 0),
    coalesce(period.approved, 0)
FROM billing_budget budget
CROSS JOIN LATERAL (SELECT date_trunc(budget.period, statement_timestamp() AT TIME ZONE 'UTC')::date AS day) starts
LEFT JOIN billing_budgetperiod period ON period.id = budget.id || ':' || starts.day
WHERE {{which}} ORDER BY budget.scope <> 'workspace', budget.scope, budget.target, budget.period
"""  # noqa: S608 - our own texts


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """A budget and its use since `starts`, in µ$; `approved` was let through above the limit."""

    id: str
    workspace: str
    scope: str
    target: str
    period: str
    limit: int
    approver: str
    starts: date
    held: int
    spent: int
    approved: int

    @property
    def used(self) -> int:
        """Give what is spent, or set aside for what runs."""
        return self.held + self.spent

    @property
    def percent(self) -> int:
        """Give its use in per cent, rounded down."""
        return self.used * 100 // self.limit if self.limit else 100

    @property
    def left(self) -> int:
        """Give what may still be spent of it, what was let through above the limit included; never below zero."""
        return max(0, self.limit + self.approved - self.used)

    @property
    def whole_on(self) -> date:
        """Give the day on which it is whole again, from 00:00 UTC."""
        return next_start(self.period, self.starts)

    @property
    def said(self) -> str:
        """Name it in words."""
        return f"the {'daily' if self.period == 'day' else 'monthly'} budget of {self.scope_words}"

    @property
    def scope_words(self) -> str:
        """Say whose it is."""
        return "the workspace" if self.scope == "workspace" else f"a {self.scope}" if self.scope != "key" else "a key"


def budgets_of(workspace_id: str) -> list[BudgetUse]:
    """Give all budgets of a workspace with their use now. One query."""
    return _read("budget.workspace_id = %s", workspace_id)


def budget_facts(budget: str) -> BudgetUse | None:
    """Give one budget with its use now."""
    return next(iter(_read("budget.id = %s", budget)), None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An edit that waits to be let through."""

    edit: str
    amount: int
    approver: str
    asked_by: str
    asked_at: datetime


def waiting_approvals(workspace_id: str) -> list[Waiting]:
    """Give what waits, oldest first. One query."""
    rows = Approval.objects.filter(workspace_id=workspace_id, state=ApprovalState.WAITING).order_by("asked_at")
    columns = ("edit", "amount", "approver_id", "asked_by_id", "asked_at")
    return [
        Waiting(edit, amount, approver or "", asker or "", at)
        for edit, amount, approver, asker, at in rows.values_list(*columns)
    ]


def _read(which: str, value: str) -> list[BudgetUse]:
    with connection.cursor() as cursor:
        cursor.execute(USE.format(which=which), [value])
        return [BudgetUse(*row) for row in cursor.fetchall()]
