"""Wallets: opened when first needed, read in one query."""

from dataclasses import dataclass

from django.db.models import QuerySet

from billing.ledger.statements import check_amount
from billing.models import Account, AccountKind
from billing.transactions import in_transaction


@dataclass(frozen=True, slots=True)
class Balance:
    """A workspace's credit: `spent` is all that was captured less what was refunded; `owed` is what it owes us."""

    available: int
    held: int
    spent: int
    owed: int = 0


def balance(workspace_id: str) -> Balance:
    """Tell a workspace's credit now, in one query; nothing at all before its first grant.

    `spent` is a running total of the wallet, changed by the statement that makes the entries: it costs a capture
    nothing, as that row is written anyway, where a sum would read every capture that ever was (I2 compares the two).
    """
    totals = wallet(workspace_id).values_list("posted", "held", "spent", "owed").first()
    posted, held, spent, owed = totals or (0, 0, 0, 0)
    return Balance(available=posted - held, held=held, spent=spent, owed=owed)


@in_transaction
def set_credit_warning(*, workspace_id: str, below: int | None) -> None:
    """Have every fall below this amount told by `hold`; None tells nothing. Opens the wallet when there is none."""
    if below is not None:
        check_amount(below)
    open_account(AccountKind.WALLET, workspace=workspace_id)
    wallet(workspace_id).update(warn_below=below)


def credit_warning(workspace_id: str) -> int | None:
    """Give the amount below which the workspace wants to be warned."""
    return wallet(workspace_id).values_list("warn_below", flat=True).first()


@in_transaction
def set_top_up_line(*, workspace_id: str, below: int | None) -> None:
    """Have every hold that leaves less than this say so, for automatic top-ups; None tells nothing."""
    if below is not None:
        check_amount(below)
    open_account(AccountKind.WALLET, workspace=workspace_id)
    wallet(workspace_id).update(top_up_below=below)


def wallet(workspace_id: str) -> "QuerySet[Account]":
    """Find a workspace's wallet."""
    return Account.objects.filter(kind=AccountKind.WALLET, workspace_id=workspace_id, provider="")


def open_account(kind: AccountKind, *, workspace: str | None = None, provider: str = "") -> None:
    """Open an account unless it is open. No look first: two that open it at once both succeed."""
    account = Account(kind=kind, workspace_id=workspace, provider=provider)
    Account.objects.bulk_create([account], ignore_conflicts=True)
