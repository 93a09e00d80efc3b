"""Send an invitation again, with a new link."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import invitation_tokens
from accounts.errors import InvalidInput
from accounts.models import Invitation
from accounts.permissions import Action
from accounts.services.invite_member import check_rate
from accounts.services.lock_team import lock_team
from accounts.services.mail_invitation import mail_invitation
from accounts.services.record_audit import By, record_audit
from accounts.services.revoke_invitation import open_invitation

PAUSE = timedelta(minutes=1)


def resend_invitation(*, workspace_id: str, invitation_id: str, by: By) -> Invitation:
    """Give an open invitation, expired ones included, a new token and seven more days; the old link is dead.

    Raises NotFound when there is no such open one, NotAllowed when its role may what the actor may not, InvalidInput
    when it was sent within the last minute, or 200 were within a day; MailFailed when it is kept but not sent. Who
    sends it answers for it from now on.
    """
    token = invitation_tokens.mint()
    with transaction.atomic():
        actor = lock_team(workspace_id=workspace_id, by=by, action=Action.MANAGE_MEMBERS)
        invitation = open_invitation(actor=actor, invitation_id=invitation_id)
        now = timezone.now()
        if now - invitation.sent_at < PAUSE:
            raise InvalidInput("It was sent less than a minute ago. Nothing was sent; wait a little.")
        check_rate(workspace_id)
        before = invitation.expires_at
        invitation.workspace = actor.workspace
        invitation.invited_by_id = by.user_id
        invitation.digest = invitation_tokens.digest(token)
        invitation.sent_at, invitation.expires_at = now, now + invitation_tokens.LIFETIME
        invitation.save(update_fields=["invited_by", "digest", "sent_at", "expires_at"])
        record_audit(
            workspace_id=workspace_id,
            action="invitation.resent",
            by=by,
            target=invitation.id,
            target_name=invitation.email,
            before={"expires_at": before.isoformat()},
            after={"expires_at": invitation.expires_at.isoformat()},
        )
    mail_invitation(invitation=invitation, token=token, by=by)
    return invitation
