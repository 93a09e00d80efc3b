"""Remove a member from a workspace."""

from django.db import transaction

from accounts.permissions import Action
from accounts.services.lock_member import check_owner_stays, lock_member
from accounts.services.lock_team import lock_team
from accounts.services.record_audit import By, record_audit
from accounts.services.revoke_invitation import revoke_invitations_of
from accounts.services.tell_member import tell_member


def remove_member(*, workspace_id: str, user_id: str, by: By) -> None:
    """End somebody's membership and write to them; what they made stays, invitations they sent are revoked.

    Raises NotFound for somebody who is not in the team, NotAllowed for one who may what the actor may not, LastOwner
    for the last owner; then nothing changed.
    """
    with transaction.atomic():
        actor = lock_team(workspace_id=workspace_id, by=by, action=Action.MANAGE_MEMBERS)
        member = lock_member(actor=actor, user_id=user_id)
        check_owner_stays(member)
        revoke_invitations_of(member=member, by=by, leaving=True)
        record_audit(
            workspace_id=workspace_id,
            action="member.removed",
            by=by,
            target=member.user_id,
            target_name=member.user.email,
            before={"role": member.role},
        )
        name = actor.workspace.name
        tell_member(
            member=member,
            by=by,
            subject=f"You are no longer in {name}",
            line=f"has removed you from the workspace {name}. What you made stays there.",
        )
        member.delete()
