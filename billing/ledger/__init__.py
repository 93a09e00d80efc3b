"""Move money. Locks on money are taken here and nowhere else.

Nothing is read and then written: each movement is one statement whose condition decides, so that the row count says
whether it happened. Only when it did not is anything read, to say why. Every movement has a key and happens once:
repeated with the same content it changes nothing, with another it raises MovementConflict.

Each function runs in the caller's transaction, or in one of its own that is repeated after a deadlock. Rows are locked
hold first, then wallet, then lots, until the transaction ends.
"""

from billing.ledger.corrections import CORRECTABLE, SPENDING, reverse, size_of
from billing.ledger.costs import book_cost, settle_cost
from billing.ledger.credit import add_credit, grant, refund
from billing.ledger.debts import TakenBack, collect, debtors, take_back
from billing.ledger.expiry import expire_hold, expire_lot, overdue_holds, overdue_lots
from billing.ledger.holds import Closed, Held, LowCredit, capture, hold, prolong_hold, release
from billing.ledger.settlements import Stated, accept_charge, settle_stated
from billing.ledger.wallets import Balance, balance, credit_warning, set_credit_warning, set_top_up_line

__all__ = [
    "CORRECTABLE",
    "SPENDING",
    "Balance",
    "Closed",
    "Held",
    "LowCredit",
    "Stated",
    "TakenBack",
    "accept_charge",
    "add_credit",
    "balance",
    "book_cost",
    "capture",
    "collect",
    "credit_warning",
    "debtors",
    "expire_hold",
    "expire_lot",
    "grant",
    "hold",
    "overdue_holds",
    "overdue_lots",
    "prolong_hold",
    "refund",
    "release",
    "reverse",
    "set_credit_warning",
    "set_top_up_line",
    "settle_cost",
    "settle_stated",
    "size_of",
    "take_back",
]
