"""Write transfers with their entries, and change a wallet with its lots under the wallet's lock.

For what does not happen a thousand times a second; holds and captures are single statements of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, F, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from accounts.ids import new_id
from billing.ledger.statements import change, check_same_content, content_sha256
from billing.ledger.wallets import open_account
from billing.models import Account, AccountKind, Entry, Lot, LotKind, TransferKind

WRITE = """
INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
VALUES (%(id)s, %(key)s, %(kind)s, %(reference)s, %(content)s, %(memo)s, statement_timestamp())
ON CONFLICT (key) DO NOTHING
"""
# In this order credit is used, once for all; what is taken back is taken the other way round.
USED = [LotKind.PROMOTION, LotKind.PLAN, LotKind.PAID, LotKind.RETURNED]
LONGEST_MEMO = 200


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What kind of lot credit becomes: a low `priority` is used first, and what is left at `expires_at` is gone."""

    kind: LotKind
    priority: int = 0
    expires_at: datetime | None = None


def write_transfer(
    *, key: str, kind: TransferKind, content: Iterable[object], reference: str = "", memo: str = ""
) -> str | None:
    """Write a transfer down under its key and give its id; None when it was made before.

    Who makes the same one waits for who was first. Raises MovementConflict when it was made with other content.
    """
    transfer_id, sha256 = new_id("trf"), content_sha256(kind, *content)
    values = {"id": transfer_id, "key": key, "kind": kind, "reference": reference, "content": sha256}
    if change(WRITE, {**values, "memo": memo[:LONGEST_MEMO]}):
        return transfer_id
    check_same_content(key, sha256)
    return None


def lock_wallet(workspace_id: str) -> Account:
    """Open a workspace's wallet unless it is open, and lock it until the transaction ends."""
    wallets = Account.objects.select_for_update().filter(kind=AccountKind.WALLET, workspace_id=workspace_id)
    found = wallets.first()
    if found is None:
        open_account(AccountKind.WALLET, workspace=workspace_id)
        found = wallets.get()
    return found


def post(transfer_id: str, amounts: Mapping[Account, int]) -> None:
    """Write the entries of a transfer; an amount of nothing is none."""
    Entry.objects.bulk_create(
        Entry(transfer_id=transfer_id, account=account, amount=amount) for account, amount in amounts.items() if amount
    )


def account(kind: AccountKind, *, workspace_id: str | None = None) -> Account:
    """Find an account, opened now if it was not."""
    open_account(kind, workspace=workspace_id)
    return Account.objects.get(kind=kind, workspace_id=workspace_id, provider="")


def give(transfer_id: str, wallet: Account, amount: int, terms: LotTerms, *, spent: int = 0) -> dict[Account, int]:
    """Put credit into a locked wallet: first it pays what is owed, the rest is a new lot. Gives the entries.

    `spent` is added to what the wallet has spent.
    """
    paid = min(wallet.owed, amount)
    rest = amount - paid
    Account.objects.filter(id=wallet.id).update(
        posted=plus("posted", rest), owed=plus("owed", -paid), spent=plus("spent", spent)
    )
    if rest:
        Lot.objects.create(
            account=wallet, transfer_id=transfer_id, kind=terms.kind, priority=terms.priority, amount=rest,
            remaining=rest, expires_at=terms.expires_at,
        )  # fmt: skip
    return {wallet: rest, **_receivable(wallet, paid)}


def take(wallet: Account, amount: int, debt: int, *, first: Iterable[str], spent: int = 0) -> dict[Account, int]:
    """Take credit, which is there, from a locked wallet, and note more debt. Gives the entries.

    The lots that these transfers brought give first, then those that would have been used last.
    """
    Account.objects.filter(id=wallet.id).update(
        posted=plus("posted", -amount), owed=plus("owed", debt), spent=plus("spent", spent)
    )
    first, left = set(first), amount
    lots = list(Lot.objects.filter(account=wallet, used_up_at=None))
    for lot in sorted(lots, key=lambda lot: (lot.transfer_id in first, _turn(lot)), reverse=True):
        left -= reduce_lot(lot, left)
    return {wallet: -amount, **_receivable(wallet, -debt)}


def reduce_lot(lot: Lot, wanted: int) -> int:
    """Take as much as a lot has, up to what is wanted, and tell how much; the caller has locked the wallet."""
    part = min(lot.remaining, wanted)
    if part:
        gone = part == lot.remaining
        Lot.objects.filter(id=lot.id).update(remaining=plus("remaining", -part), used_up_at=Now() if gone else None)
    return part


def plus(column: str, amount: int) -> CombinedExpression:
    """Add to a column, in 64 bits: beside F() a bare number would be sent in 32, whatever it is, and cut."""
    return F(column) + Value(amount, output_field=BigIntegerField())


def _turn(lot: Lot) -> tuple[object, ...]:
    """Sort lots as captures use them; `billing_capture` in the database does the same."""
    expires = (lot.expires_at is None, lot.expires_at or lot.created_at)
    return (lot.priority, USED.index(LotKind(lot.kind)), expires, lot.created_at, lot.id)


def _receivable(wallet: Account, amount: int) -> dict[Account, int]:
    """Give the entry on what the wallet's workspace owes us; none for nothing."""
    return {account(AccountKind.RECEIVABLE, workspace_id=wallet.workspace_id): amount} if amount else {}
