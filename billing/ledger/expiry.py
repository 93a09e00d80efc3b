"""What ends by itself: holds that nobody closed, lots whose time ran out."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from billing.ledger.holds import Closed, closed
from billing.ledger.posting import account, plus, post, reduce_lot, write_transfer
from billing.models import Account, AccountKind, Hold, HoldState, Lot, LotKind, TransferKind
from billing.transactions import in_transaction

EXPIRE_HOLD = """
WITH closed AS (
    UPDATE billing_hold SET state = 'expired', closed_at = statement_timestamp()
    WHERE reference = %(reference)s AND state = 'held' AND expires_at <= statement_timestamp()
    RETURNING account_id, amount, budgets
), wallet AS (
    UPDATE billing_account SET held = held - closed.amount FROM closed WHERE id = closed.account_id
)
SELECT amount, budgets FROM closed
"""


def overdue_holds(limit: int) -> list[str]:
    """Give the references of holds whose time is over, the oldest first."""
    overdue = Hold.objects.filter(state=HoldState.HELD, expires_at__lte=Now()).order_by("expires_at")
    return list(overdue.values_list("reference", flat=True)[:limit])


@in_transaction
def expire_hold(*, reference: str) -> Closed | None:
    """Give back what was set aside when its time is over; None when it is not, or the hold was closed before."""
    return closed(EXPIRE_HOLD, {"reference": reference}, captured=0)


def overdue_lots(limit: int) -> list[str]:
    """Give the ids of lots whose time is over and whose wallet has credit that is not on hold."""
    overdue = Lot.objects.filter(used_up_at=None, expires_at__lte=Now(), account__posted__gt=F("account__held"))
    return list(overdue.order_by("expires_at").values_list("id", flat=True)[:limit])


@in_transaction
@transaction.atomic
def expire_lot(*, lot_id: str) -> int:
    """Take what is left of a lot whose time is over, but for what open holds may need; gives how much it took.

    What was left for holds and not needed is taken the next time. A gift goes back where it came from; what was paid
    for is earned.
    """
    lots = Lot.objects.filter(id=lot_id, used_up_at=None, expires_at__lte=Now())
    wallet = Account.objects.select_for_update().filter(id__in=lots.values("account_id")).first()
    lot = lots.first() if wallet else None  # read again: what was left may have been used while we waited
    if wallet is None or lot is None:
        return 0
    amount = reduce_lot(lot, wallet.posted - wallet.held)
    if amount:
        Account.objects.filter(id=wallet.id).update(posted=plus("posted", -amount))
        key = f"{TransferKind.EXPIRY}:{lot.id}:{lot.remaining}"
        transfer = write_transfer(key=key, kind=TransferKind.EXPIRY, content=(amount,))
        other = AccountKind.FUNDING if lot.kind == LotKind.PROMOTION else AccountKind.REVENUE
        post(str(transfer), {wallet: -amount, account(other): amount})
    return amount
