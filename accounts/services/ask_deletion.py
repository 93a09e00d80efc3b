"""Have a workspace deleted, after a fortnight in which it can be undone."""

from datetime import timedelta
from smtplib import SMTPException

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InvalidInput
from accounts.letters import Letter, send_letter
from accounts.models import Membership
from accounts.permissions import Action
from accounts.services.lock_team import lock_team
from accounts.services.record_audit import By, record_audit

log = structlog.get_logger(__name__)
GRACE = timedelta(days=14)


def ask_deletion(*, workspace_id: str, name: str, by: By) -> None:
    """Set the day on which all of it is erased, and tell every member. Asked again it changes nothing.

    Raises InvalidInput unless the name is the workspace's, NotAllowed for who is no owner, NotFound.
    """
    with transaction.atomic():
        workspace = lock_team(workspace_id=workspace_id, by=by, action=Action.DELETE).workspace
        if name.strip() != workspace.name:
            raise InvalidInput(f"Type {workspace.name} exactly as it is. Nothing was changed.", param="name")
        if workspace.delete_at is not None:
            return
        workspace.delete_at = timezone.now() + GRACE
        workspace.save(update_fields=["delete_at"])
        day = workspace.delete_at
        record_audit(
            workspace_id=workspace_id,
            action="workspace.deletion_asked",
            by=by,
            target=workspace_id,
            target_name=workspace.name,
            after={"delete_at": day.isoformat(timespec="seconds")},
        )
        letter = Letter(
            f"{workspace.name} will be deleted on {day:%-d %B %Y}",
            (
                f"{by.name} has asked for {workspace.name} to be deleted, with its pictures, projects and keys.",
                f"It happens on {day:%-d %B %Y at %H:%M} UTC. Until then everything works, and an owner can undo it.",
                "A monthly plan is not renewed meanwhile, and nothing is topped up automatically.",
                "If you need anything of it, export or download it before.",
            ),
            link=reverse("workspace_delete"),
            link_words="See it in the settings",
            foot="",
        )
        transaction.on_commit(lambda: _mail_members(workspace_id, letter), robust=True)


def undo_deletion(*, workspace_id: str, by: By) -> None:
    """Keep the workspace after all, and tell every member. Raises NotAllowed for who is no owner, NotFound."""
    with transaction.atomic():
        workspace = lock_team(workspace_id=workspace_id, by=by, action=Action.DELETE).workspace
        day = workspace.delete_at
        if day is None or day <= timezone.now():
            return
        workspace.delete_at = None
        workspace.save(update_fields=["delete_at"])
        record_audit(
            workspace_id=workspace_id,
            action="workspace.deletion_undone",
            by=by,
            target=workspace_id,
            target_name=workspace.name,
            before={"delete_at": day.isoformat(timespec="seconds")},
        )
        letter = Letter(
            f"{workspace.name} stays",
            (
                f"{by.name} has undone the deletion of {workspace.name}.",
                "A monthly plan goes on unless it ended meanwhile.",
            ),
            foot="",
        )
        transaction.on_commit(lambda: _mail_members(workspace_id, letter), robust=True)


def _mail_members(workspace_id: str, letter: Letter) -> None:
    """Write to each; a letter that no server takes keeps no other from going out."""
    for email in Membership.objects.filter(workspace_id=workspace_id).values_list("user__email", flat=True):
        try:
            send_letter(letter, to=email)
        except (OSError, SMTPException):
            log.exception("letter_not_sent", letter="deletion", workspace_id=workspace_id)
