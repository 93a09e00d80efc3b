"""Give a charge back to the wallet, or part of it: by staff, with a reason."""

from django.db import transaction

from accounts.errors import InvalidInput
from accounts.models import User
from accounts.services.record_audit import By, record_audit
from billing.budgets.periods import give_back
from billing.ledger import refund
from billing.models import CostLine, Hold
from billing.money import format_usd
from billing.services.note_retail import note_retail

LONGEST_REASON = 200


def refund_charge(*, edit: str, amount: int, key: str, reason: str, by: User) -> bool:
    """Give back so much of what an edit was charged, once for each key; tells whether that was now.

    Raises InvalidInput for no amount or without a reason, UnknownHold where nothing was charged, RefundAboveCharge for
    more than is left of the charge, and MovementConflict under a key that was used for something else; then nothing is
    kept.
    """
    reason = " ".join(reason.replace("\x00", "").split())
    if amount <= 0:
        raise InvalidInput("Give back more than nothing. Nothing was booked.", param="amount")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInput(f"Say why, in 1 to {LONGEST_REASON} characters. Nothing was booked.", param="reason")
    with transaction.atomic():
        if not refund(reference=edit, amount=amount, key=key, memo=reason):
            return False
        give_back(reference=edit, amount=amount)
        workspace_id = follow_charge(edit)
        record_audit(
            workspace_id=workspace_id,
            action="credit.refunded",
            by=By(user_id=by.id, staff_id=by.id, name=by.email),
            target=edit,
            after={"amount": format_usd(amount)},
            note=reason,
        )
    return True


def follow_charge(edit: str) -> str:
    """Say on an edit's cost lines what is left of its charge, in the transaction that changes it; tells whose it is."""
    hold = Hold.objects.select_related("account").get(reference=edit)
    lines = CostLine.objects.filter(edit=edit)
    was_all_returned = not lines.filter(retail__gt=0).exists()
    delivered = dict(lines.filter(delivered__gt=0).values_list("attempt", "delivered")) if was_all_returned else None
    note_retail(edit=edit, charge=hold.captured - hold.refunded, prices=delivered)
    return str(hold.account.workspace_id)
