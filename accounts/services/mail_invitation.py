"""Mail an invitation's link."""

from smtplib import SMTPException

import structlog
from django.urls import reverse

from accounts.errors import MailFailed
from accounts.letters import Letter, send_letter
from accounts.models import Invitation
from accounts.services.record_audit import By

log = structlog.get_logger(__name__)


def mail_invitation(*, invitation: Invitation, token: str, by: By) -> None:
    """Send the link to the invited address; raises MailFailed when no server takes it."""
    name = invitation.workspace.name
    letter = Letter(
        subject=f"{by.name} invites you to {name} on Pentimento",
        lines=(
            f"{by.name} invites you to work in the workspace “{name}” on Pentimento, as {invitation.role}.",
            f"It is for {invitation.email} only, and good until {invitation.expires_at:%-d %B %Y, %H:%M} UTC.",
        ),
        link=reverse("invitation", args=[token]),
        link_words="Accept the invitation",
        foot="If you do not know who that is, do nothing: without you nothing happens.",
    )
    try:
        send_letter(letter, to=invitation.email)
    except (OSError, SMTPException) as error:
        log.exception("invitation_not_mailed", invitation_id=invitation.id)
        raise MailFailed("The invitation is kept, but no mail server took it: send it again in a while.") from error
