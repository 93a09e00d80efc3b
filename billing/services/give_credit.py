"""Give a workspace credit that nobody paid for: by staff, with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.errors import InvalidInput
from accounts.models import User, Workspace
from accounts.services.record_audit import By, record_audit
from billing.ledger import grant
from billing.money import format_usd

LONGEST_REASON = 200


def give_credit(
    *, workspace_id: str, amount: int, key: str, reason: str, by: User, expires_at: datetime | None = None
) -> bool:
    """Give it, once for each key, and tell whether that was now; the reason stands in the history and the audit log.

    Raises InvalidInput for no such workspace, no amount, no reason or an end that has passed; then nothing is kept.
    """
    reason = " ".join(reason.replace("\x00", "").split())
    if not Workspace.objects.filter(id=workspace_id, erased_at=None).exists():
        raise InvalidInput("There is no such workspace. Nothing was given.", param="workspace")
    if amount <= 0:
        raise InvalidInput("Give more than nothing. Nothing was given.", param="amount")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInput(f"Say why, in 1 to {LONGEST_REASON} characters. Nothing was given.", param="reason")
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput("Credit ends later than now, or never. Nothing was given.", param="expires_at")
    with transaction.atomic():
        if not grant(workspace_id=workspace_id, amount=amount, key=key, expires_at=expires_at, memo=reason):
            return False
        record_audit(
            workspace_id=workspace_id,
            action="credit.given",
            by=By(user_id=by.id, staff_id=by.id, name=by.email),
            after={"amount": format_usd(amount)},
            note=reason,
        )
    return True
