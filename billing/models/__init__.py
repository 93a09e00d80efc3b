"""Tables of money: the ledger, and what pictures cost."""

from billing.models.ledger import Account, AccountKind, Entry, Hold, HoldState, Transfer, TransferKind
from billing.models.prices import UpstreamPrice, WorkspaceTerms

__all__ = [
    "Account",
    "AccountKind",
    "Entry",
    "Hold",
    "HoldState",
    "Transfer",
    "TransferKind",
    "UpstreamPrice",
    "WorkspaceTerms",
]
