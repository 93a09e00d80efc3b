"""Accept an invitation."""

from django.db import transaction
from django.utils import timezone

from accounts import invitation_tokens
from accounts.errors import Worthless
from accounts.models import Invitation, Membership, User
from accounts.selectors.invitations import Standing, standing
from accounts.services.lock_team import lock_workspace
from accounts.services.record_audit import By, record_audit


def accept_invitation(*, token: str, user: User, by: By) -> Membership:
    """Take the seat that was offered to one of the user's verified addresses.

    Safe to repeat: who accepted it before gets their membership. Somebody who is in the team already keeps their role.
    Raises Worthless when it is unknown, used, revoked, expired or meant for another address; then nothing changed.
    """
    found = Invitation.objects.filter(digest=invitation_tokens.digest(token)).first()
    if found is None:
        raise Worthless("There is no such invitation.")
    with transaction.atomic():
        lock_workspace(found.workspace_id)
        # Read again, under the lock: it may have been accepted, revoked or sent anew since.
        invitation = Invitation.objects.select_related("workspace").filter(id=found.id, digest=found.digest).first()
        if invitation is None:
            raise Worthless("There is no such invitation.")
        member = Membership.objects.filter(workspace=invitation.workspace, user=user).first()
        if member and invitation.accepted_by_id == user.id:
            return member
        stands = standing(invitation, user=user, now=timezone.now())
        if stands is not Standing.OPEN:
            raise Worthless(f"The invitation cannot be accepted: {stands}.")
        member = member or Membership.objects.create(workspace=invitation.workspace, user=user, role=invitation.role)
        invitation.accepted_at, invitation.accepted_by = timezone.now(), user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        record_audit(
            workspace_id=invitation.workspace_id,
            action="member.joined",
            by=by,
            target=user.id,
            target_name=user.email,
            after={"role": member.role, "invitation": invitation.id},
        )
    return member
