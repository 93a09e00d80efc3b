"""Take an invitation back."""

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.errors import NotAllowed, NotFound
from accounts.models import Invitation, Membership
from accounts.permissions import Action, may_give
from accounts.services.lock_team import lock_team
from accounts.services.record_audit import By, record_audit

GONE = "That invitation was accepted or revoked meanwhile. Nothing was changed."


def revoke_invitation(*, workspace_id: str, invitation_id: str, by: By) -> None:
    """Make an open invitation worthless.

    Raises NotFound when there is no such open one in the workspace, NotAllowed when its role may what the actor may
    not.
    """
    with transaction.atomic():
        actor = lock_team(workspace_id=workspace_id, by=by, action=Action.MANAGE_MEMBERS)
        _revoke(open_invitation(actor=actor, invitation_id=invitation_id), by=by)


def open_invitation(*, actor: Membership, invitation_id: str) -> Invitation:
    """Lock an invitation that is neither accepted nor revoked; the team is locked already. Raises as above."""
    still_open = _open(actor.workspace_id).select_for_update(of=("self",))
    invitation = still_open.filter(id=invitation_id).first()
    if invitation is None:
        raise NotFound(GONE)
    if not may_give(actor.role, invitation.role):
        raise NotAllowed("Your role does not reach that invitation. Nothing was changed.")
    return invitation


def revoke_invitations_of(*, member: Membership, by: By, leaving: bool = False) -> None:
    """Revoke what a member invited others to and could not any more; all of it when they are leaving."""
    for invitation in _open(member.workspace_id).select_for_update(of=("self",)).filter(invited_by=member.user_id):
        if leaving or not may_give(member.role, invitation.role):
            _revoke(invitation, by=by)


def _open(workspace_id: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(workspace_id=workspace_id, accepted_at=None, revoked_at=None)


def _revoke(invitation: Invitation, *, by: By) -> None:
    Invitation.objects.filter(id=invitation.id).update(revoked_at=Now())
    record_audit(
        workspace_id=invitation.workspace_id,
        action="invitation.revoked",
        by=by,
        target=invitation.id,
        target_name=invitation.email,
        before={"role": invitation.role},
    )
