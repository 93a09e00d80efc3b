"""Put credit into wallets: given, paid for, granted by a plan, returned."""

from datetime import datetime

from django.db import transaction

from billing.errors import RefundAboveCharge, UnknownHold
from billing.ledger.posting import LotTerms, account, give, lock_wallet, post, write_transfer
from billing.ledger.statements import check_amount, row
from billing.models import AccountKind, Hold, HoldState, LotKind, TransferKind
from billing.money import LARGEST, format_usd
from billing.transactions import in_transaction

LOTS = {
    TransferKind.GRANT: LotKind.PROMOTION,
    TransferKind.TOP_UP: LotKind.PAID,
    TransferKind.PLAN: LotKind.PLAN,
    TransferKind.REINSTATE: LotKind.PAID,
}
REFUND = """
UPDATE billing_hold SET refunded = refunded + %(amount)s
WHERE reference = %(reference)s AND state = 'captured' AND captured - refunded >= %(amount)s
RETURNING (SELECT workspace_id FROM billing_account WHERE id = account_id)
"""


def grant(
    *,
    workspace_id: str,
    amount: int,
    key: str,
    priority: int = 0,
    expires_at: datetime | None = None,
    memo: str = "",
) -> bool:
    """Give a workspace credit that nobody paid for, once for each key, and tell whether that was now."""
    return add_credit(
        workspace_id=workspace_id, amount=amount, key=key, kind=TransferKind.GRANT, priority=priority,
        expires_at=expires_at, memo=memo,
    )  # fmt: skip


@in_transaction
@transaction.atomic
def add_credit(
    *,
    workspace_id: str,
    amount: int,
    key: str,
    kind: TransferKind,
    paid: int = 0,
    priority: int = 0,
    expires_at: datetime | None = None,
    reference: str = "",
    memo: str = "",
) -> bool:
    """Put credit into a wallet, once for each kind and key, and tell whether that was now; what is owed is paid first.

    `kind` is GRANT, TOP_UP, PLAN or REINSTATE. `paid` is how much money came in for it: less than the amount, and the
    rest is a gift; more, and the rest is earned. `reference` is the payment's id, by which I11 compares. Opens the
    accounts it needs and revenue, so that whatever can be captured has somewhere to go.
    """
    check_amount(amount)
    if not 0 <= paid <= LARGEST:
        raise ValueError(f"what was paid is at least 0 and at most {LARGEST} µ$, not {paid}")
    content = (workspace_id, amount, paid, priority, expires_at, reference)
    transfer = write_transfer(key=f"{kind}:{key}", kind=kind, content=content, reference=reference, memo=memo)
    if transfer is None:
        return False
    terms = LotTerms(LOTS[kind], priority, expires_at)
    entries = give(transfer, lock_wallet(workspace_id), amount, terms)
    if paid:
        entries[account(AccountKind.PAYMENTS)] = -paid
    if amount > paid:
        entries[account(AccountKind.FUNDING)] = paid - amount
    entries[account(AccountKind.REVENUE)] = max(0, paid - amount)
    post(transfer, entries)
    return True


@in_transaction
@transaction.atomic
def refund(*, reference: str, amount: int, key: str, memo: str = "") -> bool:
    """Give back a charge for an edit, or part of it, once for each key, and tell whether that was now.

    Raises UnknownHold where nothing was charged, RefundAboveCharge for more than is left of the charge.
    """
    check_amount(amount)
    transfer = write_transfer(
        key=f"{TransferKind.REFUND}:{key}", kind=TransferKind.REFUND, content=(reference, amount), reference=reference,
        memo=memo,
    )  # fmt: skip
    if transfer is None:
        return False
    changed = row(REFUND, {"reference": reference, "amount": amount})
    if changed is None:
        raise _no_refund(reference, amount)
    terms = LotTerms(LotKind.RETURNED)
    entries = give(transfer, lock_wallet(changed[0]), amount, terms, spent=-amount)
    post(transfer, {**entries, account(AccountKind.REVENUE): -amount})
    return True


def _no_refund(reference: str, amount: int) -> Exception:
    charged = Hold.objects.filter(reference=reference, state=HoldState.CAPTURED)
    left = charged.values_list("captured", "refunded").first()
    if left is None:
        return UnknownHold(f"Nothing was charged for {reference}.")
    rest = format_usd(left[0] - left[1])
    return RefundAboveCharge(f"{format_usd(amount)} is more than what is left of the charge for {reference}, {rest}.")
