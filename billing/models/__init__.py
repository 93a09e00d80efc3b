"""Tables of money: the ledger, and what pictures cost."""

from billing.models.ledger import Account, Entry, Hold, Transfer
from billing.models.prices import UpstreamPrice, WorkspaceTerms

__all__ = ["Account", "Entry", "Hold", "Transfer", "UpstreamPrice", "WorkspaceTerms"]
