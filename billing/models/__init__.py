"""Tables of money: the ledger and its lots, prices, costs and their review, payments, budgets."""

from billing.models.books import CloseBlock, Correction, DailyClose
from billing.models.budgets import Approval, ApprovalState, Budget, BudgetPeriod, BudgetPeriodKind, BudgetScope
from billing.models.chore import Chore
from billing.models.costs import CostLine, CostState
from billing.models.ledger import Account, AccountKind, Entry, Hold, HoldState, Transfer, TransferKind
from billing.models.lots import Lot, LotKind
from billing.models.payments import (
    AutoTopUp,
    Customer,
    ParkedItem,
    Payment,
    PaymentState,
    Plan,
    Purpose,
    Reversal,
    ReversalKind,
    ReversalState,
    StripeEvent,
    StripeSweep,
    Subscription,
)
from billing.models.prices import PriceChange, UpstreamPrice, WorkspaceTerms
from billing.models.review import (
    ItemKind,
    MonthSignOff,
    Resolution,
    ReviewItem,
    Statement,
    StatementLine,
    StatementUpload,
    UploadState,
)
from billing.models.sums import CostChange, CostSum, UsageDay

__all__ = [
    "Account",
    "AccountKind",
    "Approval",
    "ApprovalState",
    "AutoTopUp",
    "Budget",
    "BudgetPeriod",
    "BudgetPeriodKind",
    "BudgetScope",
    "Chore",
    "CloseBlock",
    "Correction",
    "CostChange",
    "CostLine",
    "CostState",
    "CostSum",
    "Customer",
    "DailyClose",
    "Entry",
    "Hold",
    "HoldState",
    "ItemKind",
    "Lot",
    "LotKind",
    "MonthSignOff",
    "ParkedItem",
    "Payment",
    "PaymentState",
    "Plan",
    "PriceChange",
    "Purpose",
    "Resolution",
    "Reversal",
    "ReversalKind",
    "ReversalState",
    "ReviewItem",
    "Statement",
    "StatementLine",
    "StatementUpload",
    "StripeEvent",
    "StripeSweep",
    "Subscription",
    "Transfer",
    "TransferKind",
    "UploadState",
    "UpstreamPrice",
    "UsageDay",
    "WorkspaceTerms",
]
