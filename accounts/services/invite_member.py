"""Invite somebody into a workspace."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts import invitation_tokens
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Invitation, Membership
from accounts.permissions import Action, may_give
from accounts.selectors.audit import Filter, audit_events
from accounts.services.change_role import checked_role
from accounts.services.lock_team import lock_team
from accounts.services.mail_invitation import mail_invitation
from accounts.services.record_audit import By, record_audit

MOST_A_DAY = 200
EMAIL_CHARACTERS = 254


def invite_member(*, workspace_id: str, email: str, role: str, by: By) -> Invitation:
    """Offer a seat to an e-mail address for seven days, and mail the link there once all is kept.

    Raises InvalidInput for a bad address or role, for a member, for somebody with an open invitation, and when 200 were
    sent within a day; NotAllowed when the role may what the actor may not; MailFailed when it is kept but not sent.
    Whether the address has an account changes nothing.
    """
    address, given = _checked_email(email), checked_role(role)
    token, now = invitation_tokens.mint(), timezone.now()
    with transaction.atomic():
        actor = lock_team(workspace_id=workspace_id, by=by, action=Action.MANAGE_MEMBERS)
        if not may_give(actor.role, given):
            raise NotAllowed("You can invite only to roles that may what you may. Nobody was invited.")
        _check_new(workspace_id, address)
        check_rate(workspace_id)
        invitation = Invitation.objects.create(
            workspace=actor.workspace,
            email=address,
            role=given,
            invited_by_id=by.user_id,
            digest=invitation_tokens.digest(token),
            expires_at=now + invitation_tokens.LIFETIME,
        )
        record_audit(
            workspace_id=workspace_id,
            action="member.invited",
            by=by,
            target=invitation.id,
            target_name=address,
            after={"role": given.value, "expires_at": invitation.expires_at.isoformat()},
        )
    mail_invitation(invitation=invitation, token=token, by=by)
    return invitation


def _checked_email(email: str) -> str:
    address = email.strip().lower()
    if len(address) > EMAIL_CHARACTERS:
        message = (
            f"An e-mail address has at most {EMAIL_CHARACTERS} characters; {len(address)} given. Nobody was invited."
        )
        raise InvalidInput(message, param="email")
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInput("That is no e-mail address. Nobody was invited.", param="email") from error
    return address


def _check_new(workspace_id: str, address: str) -> None:
    if Membership.objects.filter(workspace_id=workspace_id, user__email=address).exists():
        raise InvalidInput("They are in this workspace already. Nobody was invited.", param="email")
    if Invitation.objects.filter(workspace_id=workspace_id, email=address, accepted_at=None, revoked_at=None).exists():
        raise InvalidInput("They are invited already: send it again, or revoke it, in the list below.", param="email")


def check_rate(workspace_id: str) -> None:
    """Raise InvalidInput when 200 letters went out within a day, those that were sent again among them."""
    of_a_day = audit_events(workspace_id=workspace_id, filter_by=Filter(since=timezone.now() - timedelta(days=1)))
    if of_a_day.filter(action__in=("member.invited", "invitation.resent")).count() >= MOST_A_DAY:
        message = f"A workspace sends at most {MOST_A_DAY} invitations a day. Nothing was sent; go on tomorrow."
        raise InvalidInput(message, param="email")
