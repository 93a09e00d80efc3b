"""Leave a workspace."""

from django.db import transaction

from accounts.services.lock_member import check_owner_stays
from accounts.services.lock_team import lock_team
from accounts.services.record_audit import By, record_audit
from accounts.services.revoke_invitation import revoke_invitations_of


def leave_workspace(*, workspace_id: str, by: By) -> None:
    """End one's own membership, whatever the role; what one made stays.

    Raises NotFound when one is no member any more, LastOwner for the last owner; then nothing changed.
    """
    with transaction.atomic():
        member = lock_team(workspace_id=workspace_id, by=by)
        check_owner_stays(member)
        revoke_invitations_of(member=member, by=by, leaving=True)
        record_audit(
            workspace_id=workspace_id,
            action="member.left",
            by=by,
            target=member.user_id,
            target_name=by.name,
            before={"role": member.role},
        )
        member.delete()
