"""Take credit back for payments that were refunded or disputed; what is not there any more is owed."""

from dataclasses import dataclass

from django.db import transaction

from accounts.ids import new_id
from billing.ledger.posting import account, lock_wallet, post, take, write_transfer
from billing.ledger.statements import check_amount
from billing.models import Account, AccountKind, Transfer, TransferKind
from billing.transactions import in_transaction


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken from the wallet, and what is owed for the rest."""

    taken: int
    owed: int


@in_transaction
@transaction.atomic
def take_back(
    *, workspace_id: str, amount: int, key: str, paid: int | None = None, reference: str = "", memo: str = ""
) -> TakenBack | None:
    """Take back the credit of a payment, once for each key; None when that was before.

    As much as is available is taken, from the payment's own lots first (`reference` is the payment's id); the rest is
    owed, and until it is paid by later credit nothing new is held. It may come before the payment's credit does: the
    sum is the same. `paid` is how much money goes back, where that is not the same as the credit.
    """
    check_amount(amount)
    paid = amount if paid is None else paid
    transfer = write_transfer(
        key=f"{TransferKind.TAKE_BACK}:{key}",
        kind=TransferKind.TAKE_BACK,
        content=(workspace_id, amount, paid, reference),
        reference=reference,
        memo=memo,
    )
    if transfer is None:
        return None
    wallet = lock_wallet(workspace_id)
    taken = min(wallet.posted - wallet.held, amount)
    own = Transfer.objects.filter(reference=reference).values_list("id", flat=True) if reference else ()
    entries = take(wallet, taken, amount - taken, first=own)
    entries[account(AccountKind.PAYMENTS)] = paid
    entries[account(AccountKind.FUNDING if paid <= amount else AccountKind.REVENUE)] = amount - paid
    post(transfer, entries)
    return TakenBack(taken=taken, owed=amount - taken)


@in_transaction
@transaction.atomic
def collect(*, workspace_id: str) -> int:
    """Pay what a workspace owes from credit that was on hold and came back; gives how much. Safe to repeat."""
    wallet = lock_wallet(workspace_id)
    amount = min(wallet.posted - wallet.held, wallet.owed)
    if amount:
        transfer = write_transfer(key=f"{TransferKind.COLLECT}:{new_id('clt')}", kind=TransferKind.COLLECT, content=())
        post(str(transfer), take(wallet, amount, -amount, first=()))
    return amount


def debtors(limit: int) -> list[str]:
    """Name workspaces that owe us and have credit available."""
    owing = Account.objects.filter(kind=AccountKind.WALLET, owed__gt=0)
    return [
        str(workspace_id)
        for workspace_id, posted, held in owing.values_list("workspace_id", "posted", "held")[:limit]
        if posted > held
    ]
