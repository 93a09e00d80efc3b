"""Billing's front door for the editor: prices, holds, captures, costs. The editor imports nothing else of billing.

An edit or attempt is only a reference string here. Amounts are integer micro-dollars.
"""

from billing.closing import close_books
from billing.errors import HoldExpired, InsufficientCredit, Owes
from billing.invariants import ALL_CLOSES, INVARIANTS, Violation, violations
from billing.ledger import (
    Balance,
    Closed,
    Held,
    LowCredit,
    balance,
    capture,
    credit_warning,
    hold,
    record_cost,
    release,
    set_credit_warning,
)
from billing.price_book import UnitPrice, markup_ppm, unit_prices
from billing.services.keep_books import keep_books
from billing.statement import StatementLine, statement
from billing.suspense import Suspense, suspense

__all__ = [
    "ALL_CLOSES",
    "INVARIANTS",
    "Balance",
    "Closed",
    "Held",
    "HoldExpired",
    "InsufficientCredit",
    "LowCredit",
    "Owes",
    "StatementLine",
    "Suspense",
    "UnitPrice",
    "Violation",
    "balance",
    "capture",
    "close_books",
    "credit_warning",
    "hold",
    "keep_books",
    "markup_ppm",
    "record_cost",
    "release",
    "set_credit_warning",
    "statement",
    "suspense",
    "unit_prices",
    "violations",
]
