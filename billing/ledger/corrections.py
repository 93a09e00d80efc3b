"""Book a movement the other way round, where it was a mistake."""

from django.db import transaction
from django.db.models import F

from billing.errors import InsufficientCredit, NotCorrectable
from billing.ledger.posting import lock_wallet, plus, post, take, write_transfer
from billing.models import Account, AccountKind, Entry, Hold, Lot, LotKind, Transfer, TransferKind
from billing.transactions import in_transaction

# What was paid is put right at Stripe, what attempts cost in the cost review: both would differ from there otherwise.
CORRECTABLE = {TransferKind.GRANT, TransferKind.CAPTURE, TransferKind.REFUND, TransferKind.EXPIRY}
SPENDING = {TransferKind.CAPTURE, TransferKind.REFUND}


def size_of(transfer_id: str) -> tuple[Transfer, int]:
    """Give a transfer that may be corrected and how much it moved; raises NotCorrectable."""
    found = Transfer.objects.filter(id=transfer_id).first()
    if found is None:
        raise NotCorrectable(f"There is no movement {transfer_id}.")
    if found.kind not in CORRECTABLE:
        raise NotCorrectable(
            f"{found.key} cannot be corrected here: a payment is put right at Stripe, a cost in the cost review."
        )
    return found, sum(amount for amount in found.entries.values_list("amount", flat=True) if amount > 0)


@in_transaction
@transaction.atomic
def reverse(*, transfer_id: str, memo: str) -> str:
    """Book a transfer's entries the other way round, once, and give the new transfer's id; the same one when repeated.

    What it gives to a wallet is a lot of its own; what it takes comes from the lot that the mistake made first, and
    from no hold. Raises NotCorrectable, and InsufficientCredit when the credit was spent since; then nothing is kept.
    """
    original, _ = size_of(transfer_id)
    key = f"{TransferKind.CORRECTION}:{original.id}"
    made = write_transfer(
        key=key, kind=TransferKind.CORRECTION, content=(original.id,), reference=original.reference, memo=memo
    )
    if made is None:
        return Transfer.objects.get(key=key).id
    entries = list(Entry.objects.filter(transfer=original).select_related("account"))
    if original.kind in SPENDING:
        _mark_hold(original, entries)
    own = next(entry.account for entry in entries if entry.account.workspace_id)
    wallet = lock_wallet(str(own.workspace_id))
    of = {kind: sum(one.amount for one in entries if one.account.kind == kind) for kind in AccountKind}
    spent = of[AccountKind.WALLET] + of[AccountKind.RECEIVABLE] if original.kind in SPENDING else 0
    if of[AccountKind.WALLET] < 0:
        _give_exactly(made, wallet, -of[AccountKind.WALLET], spent=spent)
    else:
        if (available := wallet.posted - wallet.held) < of[AccountKind.WALLET]:
            raise InsufficientCredit(needed=of[AccountKind.WALLET], available=available)
        take(wallet, of[AccountKind.WALLET], of[AccountKind.RECEIVABLE], first=[original.id], spent=spent)
    post(made, {one.account: -one.amount for one in entries})
    return made


def _mark_hold(original: Transfer, entries: list[Entry]) -> None:
    """Count a corrected charge as refunded, and a corrected refund as not; raises NotCorrectable when it cannot be."""
    holds = Hold.objects.filter(reference=original.reference)
    if original.kind == TransferKind.CAPTURE:
        done = holds.filter(refunded=0).update(refunded=F("captured"))
    else:
        amount = sum(entry.amount for entry in entries if entry.amount > 0)
        done = holds.filter(refunded__gte=amount).update(refunded=plus("refunded", -amount))
    if not done:
        raise NotCorrectable(f"Of what {original.key} moved, part has been given back already.")


def _give_exactly(transfer_id: str, wallet: Account, amount: int, *, spent: int) -> None:
    """Put credit into a locked wallet without paying what is owed first: the entries are the mistake's."""
    Account.objects.filter(id=wallet.id).update(posted=plus("posted", amount), spent=plus("spent", spent))
    Lot.objects.create(account=wallet, transfer_id=transfer_id, kind=LotKind.RETURNED, amount=amount, remaining=amount)
