"""Billing's front door for the editor: prices, holds, captures, costs. The editor imports nothing else of billing.

An edit or attempt is only a reference string here. Amounts are integer micro-dollars.
"""

from billing.costs.facts import Booked, CostFacts
from billing.errors import AlreadyImported, InsufficientCredit, MonthSigned, Owes
from billing.ledger import (
    Balance,
    Closed,
    Held,
    LowCredit,
    balance,
    capture,
    credit_warning,
    hold,
    release,
    set_credit_warning,
)
from billing.price_book import UnitPrice, markup_ppm, unit_prices
from billing.services.import_statement import import_rows
from billing.services.note_retail import note_retail
from billing.services.record_cost import belief_in, record_cost
from billing.services.settle_suspense import settle_suspense
from billing.services.watch_prices import note_published_price, watch_reported_prices
from billing.statement import StatementLine, statement
from billing.suspense import Suspense, suspense

__all__ = [
    "AlreadyImported",
    "Balance",
    "Booked",
    "Closed",
    "CostFacts",
    "Held",
    "InsufficientCredit",
    "LowCredit",
    "MonthSigned",
    "Owes",
    "StatementLine",
    "Suspense",
    "UnitPrice",
    "balance",
    "belief_in",
    "capture",
    "credit_warning",
    "hold",
    "import_rows",
    "markup_ppm",
    "note_published_price",
    "note_retail",
    "record_cost",
    "release",
    "set_credit_warning",
    "settle_suspense",
    "statement",
    "suspense",
    "unit_prices",
    "watch_reported_prices",
]
