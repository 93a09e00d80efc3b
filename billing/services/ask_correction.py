"""Ask for a correction of the books: small ones are booked at once, larger ones wait for a second person."""

from django.db import transaction

from accounts.errors import InvalidInput
from accounts.models import User
from accounts.services.record_audit import By, record_audit
from billing.budgets.periods import give_back
from billing.errors import NotCorrectable
from billing.ledger import SPENDING, reverse, size_of
from billing.models import Correction, Entry, TransferKind
from billing.money import format_usd
from billing.services.refund_charge import follow_charge
from billing.services.second_person import needs_second

LONGEST_REASON = 500


def ask_correction(*, transfer_id: str, reason: str, asked_by: User) -> Correction:
    """Ask that a transfer be booked the other way round; it is, up to CORRECTION_LIMIT_USD.

    Raises InvalidInput without a reason, NotCorrectable, and InsufficientCredit when a wallet does not have it any
    more; then nothing is kept.
    """
    reason = reason.replace("\x00", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInput(f"Say why, in 1 to {LONGEST_REASON} characters. Nothing was booked.", param="reason")
    transfer, amount = size_of(transfer_id)
    with transaction.atomic():
        fresh = Correction(corrected=transfer, reason=reason, asked_by=asked_by)
        Correction.objects.bulk_create([fresh], ignore_conflicts=True)
        asked = Correction.objects.filter(id=fresh.id).first()
        if asked is None:
            raise NotCorrectable(f"A correction of {transfer.key} was asked for before.")
        if not needs_second(amount):
            book_correction(asked, by=asked_by)
    return asked


def book_correction(correction: Correction, *, by: User) -> None:
    """Book what was asked for and write it in the workspace's audit log; in the caller's transaction."""
    transfer = correction.corrected
    correction.booked_id = reverse(transfer_id=transfer.id, memo=f"{correction.id}: {correction.reason}")
    correction.save(update_fields=["booked"])
    if transfer.kind in SPENDING:
        _, amount = size_of(transfer.id)
        give_back(reference=transfer.reference, amount=amount if transfer.kind == TransferKind.CAPTURE else -amount)
        follow_charge(transfer.reference)
    own = Entry.objects.filter(transfer=transfer, account__workspace__isnull=False).select_related("account").first()
    if own is not None:
        record_audit(
            workspace_id=str(own.account.workspace_id),
            action="credit.corrected",
            by=By(user_id=by.id, staff_id=by.id, name=by.email),
            target=transfer.id,
            target_name=transfer.key,
            after={"amount": format_usd(-own.amount), "correction": correction.id},
            note=correction.reason,
        )
