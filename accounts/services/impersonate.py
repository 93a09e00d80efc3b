"""Put somebody on the staff in a member's place, for a reason and for half an hour at most."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.errors import InvalidInput, NotFound
from accounts.models import Impersonation, Membership, User
from accounts.permissions import Action
from accounts.services.record_audit import By, record_audit

LASTS = timedelta(minutes=30)
REASON_CHARACTERS = range(10, 501)
# What staff may see in a member's place but never do: money, credentials, who belongs here, and taking data along.
NEVER = frozenset(
    {
        Action.MANAGE_MONEY,
        Action.MANAGE_KEYS,
        Action.MANAGE_WEBHOOKS,
        Action.MANAGE_MEMBERS,
        Action.TRANSFER,
        Action.DELETE,
        Action.EXPORT,
    }
)


def impersonate(*, staff: User, user_id: str, workspace_id: str, reason: str, by: By) -> Impersonation:
    """Begin, and record it in the workspace's log with the reason.

    Raises NotFound unless the user is an active member there and not on the staff, InvalidInput for a reason of fewer
    than 10 or more than 500 characters; then nothing is kept.
    """
    reason = reason.strip()
    if len(reason) not in REASON_CHARACTERS or "\0" in reason:
        raise InvalidInput(f"Reason takes 10 to 500 characters; {len(reason)} given.", param="reason")
    members = Membership.objects.filter(user_id=user_id, workspace_id=workspace_id, user__is_active=True)
    member = members.filter(user__is_staff=False, user__is_superuser=False).select_related("user").first()
    if member is None or not staff.is_staff:
        raise NotFound("No such member.")
    with transaction.atomic():
        begun = Impersonation.objects.create(
            staff_id=staff.id,
            user_id=user_id,
            workspace_id=workspace_id,
            reason=reason,
            until=timezone.now() + LASTS,
        )
        record_audit(
            workspace_id=workspace_id,
            action="support.entered",
            by=by,
            target=user_id,
            target_name=member.user.email,
            after={"until": begun.until.isoformat(timespec="seconds")},
            note=reason,
        )
    return begun
