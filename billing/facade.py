"""Billing's front door for the editor: prices, holds, captures, costs. The editor imports nothing else of billing.

An edit or attempt is only a reference string here. Amounts are integer micro-dollars.
"""

from billing.budgets.periods import BudgetStep, Spends
from billing.closing import close_books
from billing.costs.facts import Booked, CostFacts
from billing.errors import (
    AlreadyImported,
    BadBudget,
    HoldClosed,
    HoldExpired,
    InsufficientCredit,
    MonthSigned,
    OverBudget,
    Owes,
)
from billing.invariants import ALL_CLOSES, INVARIANTS, Violation, violations
from billing.ledger import (
    Balance,
    Closed,
    Held,
    LowCredit,
    balance,
    credit_warning,
    set_credit_warning,
)
from billing.price_book import UnitPrice, markup_ppm, unit_prices
from billing.selectors.budgets import BudgetUse, Waiting, budget_facts, budgets_of, waiting_approvals
from billing.selectors.movements import WalletMovement, movements
from billing.selectors.overview import every_day
from billing.selectors.payments import payment_worries
from billing.selectors.story import Story, StoryLine, story
from billing.selectors.sums import Dimension
from billing.selectors.usage import Usage, usage, usage_by_each
from billing.services.approvals import approver_of, ask_approval, decide_approval, expire_approval
from billing.services.call_top_up import call_top_up
from billing.services.end_payments import end_payments
from billing.services.forget_evidence import forget_evidence, months_past_doubt
from billing.services.import_statement import import_rows
from billing.services.keep_books import keep_books
from billing.services.note_retail import note_retail
from billing.services.record_cost import belief_in, record_cost
from billing.services.set_aside import SetAside, capture, count_approved, release, set_aside
from billing.services.set_budget import BudgetTerms, check_terms, remove_budget, set_budget
from billing.services.settle_suspense import settle_suspense
from billing.services.watch_prices import note_published_price, watch_reported_prices
from billing.statement import StatementLine, statement
from billing.suspense import Suspense, suspense

__all__ = [
    "ALL_CLOSES",
    "INVARIANTS",
    "AlreadyImported",
    "BadBudget",
    "Balance",
    "Booked",
    "BudgetStep",
    "BudgetTerms",
    "BudgetUse",
    "Closed",
    "CostFacts",
    "Dimension",
    "Held",
    "HoldClosed",
    "HoldExpired",
    "InsufficientCredit",
    "LowCredit",
    "MonthSigned",
    "OverBudget",
    "Owes",
    "SetAside",
    "Spends",
    "StatementLine",
    "Story",
    "StoryLine",
    "Suspense",
    "UnitPrice",
    "Usage",
    "Violation",
    "Waiting",
    "WalletMovement",
    "approver_of",
    "ask_approval",
    "balance",
    "belief_in",
    "budget_facts",
    "budgets_of",
    "call_top_up",
    "capture",
    "check_terms",
    "close_books",
    "count_approved",
    "credit_warning",
    "decide_approval",
    "end_payments",
    "every_day",
    "expire_approval",
    "forget_evidence",
    "import_rows",
    "keep_books",
    "markup_ppm",
    "months_past_doubt",
    "movements",
    "note_published_price",
    "note_retail",
    "payment_worries",
    "record_cost",
    "release",
    "remove_budget",
    "set_aside",
    "set_budget",
    "set_credit_warning",
    "settle_suspense",
    "statement",
    "story",
    "suspense",
    "unit_prices",
    "usage",
    "usage_by_each",
    "violations",
    "waiting_approvals",
    "watch_reported_prices",
]
