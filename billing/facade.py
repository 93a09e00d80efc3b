"""Billing's front door for the editor: prices, holds, captures, costs. The editor imports nothing else of billing.

An edit or attempt is only a reference string here. Amounts are integer micro-dollars.
"""

from billing.closing import close_books
from billing.costs.facts import Booked, CostFacts
from billing.errors import AlreadyImported, HoldExpired, InsufficientCredit, MonthSigned, Owes
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
    release,
    set_credit_warning,
)
from billing.price_book import UnitPrice, markup_ppm, unit_prices
from billing.selectors.payments import payment_worries
from billing.selectors.story import Story, StoryLine, story
from billing.services.call_top_up import call_top_up
from billing.services.forget_evidence import forget_evidence
from billing.services.import_statement import import_rows
from billing.services.keep_books import keep_books
from billing.services.note_retail import note_retail
from billing.services.record_cost import belief_in, record_cost
from billing.services.settle_suspense import settle_suspense
from billing.services.watch_prices import note_published_price, watch_reported_prices
from billing.statement import StatementLine, statement
from billing.suspense import Suspense, suspense

__all__ = [
    "ALL_CLOSES",
    "INVARIANTS",
    "AlreadyImported",
    "Balance",
    "Booked",
    "Closed",
    "CostFacts",
    "Held",
    "HoldExpired",
    "InsufficientCredit",
    "LowCredit",
    "MonthSigned",
    "Owes",
    "StatementLine",
    "Story",
    "StoryLine",
    "Suspense",
    "UnitPrice",
    "Violation",
    "balance",
    "belief_in",
    "call_top_up",
    "capture",
    "close_books",
    "credit_warning",
    "forget_evidence",
    "hold",
    "import_rows",
    "keep_books",
    "markup_ppm",
    "note_published_price",
    "note_retail",
    "payment_worries",
    "record_cost",
    "release",
    "set_credit_warning",
    "settle_suspense",
    "statement",
    "story",
    "suspense",
    "unit_prices",
    "violations",
    "watch_reported_prices",
]
