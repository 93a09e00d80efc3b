"""How an invitation stands for whoever follows its link."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from allauth.account.models import EmailAddress

from accounts import invitation_tokens
from accounts.models import Invitation, User


class Standing(StrEnum):
    """What can be done with an invitation by somebody: nothing but with the first two."""

    OPEN = auto()
    SIGNED_OUT = auto()
    UNKNOWN = auto()
    USED = auto()
    REVOKED = auto()
    EXPIRED = auto()
    FOREIGN = auto()
    UNVERIFIED = auto()


@dataclass(frozen=True, slots=True)
class Seen:
    """An invitation and how it stands for its reader; None when the token is none of ours."""

    standing: Standing
    invitation: Invitation | None = None


def read_invitation(*, token: str, user: User | None, now: datetime) -> Seen:
    """Find the invitation of a token as it stands for a user, None for somebody who is signed out; three queries."""
    if not invitation_tokens.looks_right(token):
        return Seen(Standing.UNKNOWN)
    known = Invitation.objects.select_related("workspace", "invited_by")
    invitation = known.filter(digest=invitation_tokens.digest(token)).first()
    if invitation is None:
        return Seen(Standing.UNKNOWN)
    return Seen(standing(invitation, user=user, now=now), invitation)


def standing(invitation: Invitation, *, user: User | None, now: datetime) -> Standing:
    """Tell how an invitation stands for a user, None for somebody who is signed out; one query at most."""
    if invitation.accepted_at is not None:
        return Standing.USED
    if invitation.revoked_at is not None or invitation.workspace.is_over():
        return Standing.REVOKED
    if invitation.expires_at <= now:
        return Standing.EXPIRED
    if user is None:
        return Standing.SIGNED_OUT
    return _reach(invitation, user)


def _reach(invitation: Invitation, user: User) -> Standing:
    verified = EmailAddress.objects.filter(user=user, email__iexact=invitation.email).values_list("verified", flat=True)
    found = list(verified)
    if any(found):
        return Standing.OPEN
    return Standing.UNVERIFIED if found or user.email.lower() == invitation.email else Standing.FOREIGN
