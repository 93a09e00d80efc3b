"""Billing's front door for the editor: prices, holds, captures, costs. The editor imports nothing else of billing.

An edit or attempt is only a reference string here. Amounts are integer micro-dollars.
"""

from billing.errors import InsufficientCredit, Owes
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
from billing.statement import StatementLine, statement
from billing.suspense import Suspense, suspense

__all__ = [
    "Balance",
    "Closed",
    "Held",
    "InsufficientCredit",
    "LowCredit",
    "Owes",
    "StatementLine",
    "Suspense",
    "UnitPrice",
    "balance",
    "capture",
    "credit_warning",
    "hold",
    "markup_ppm",
    "record_cost",
    "release",
    "set_credit_warning",
    "statement",
    "suspense",
    "unit_prices",
]
