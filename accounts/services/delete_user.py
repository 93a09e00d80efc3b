"""Delete somebody's account: what is theirs alone goes, what others need stays and names nobody."""

# ruff: noqa: SLF001 - Django has no other name for what its tables know of each other

from functools import partial

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import CASCADE, Exists, OuterRef
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from accounts.errors import InvalidInput, LastOwner
from accounts.letters import Letter, send_after_commit
from accounts.models import DeletionCertificate, Invitation, Membership, User, Workspace
from accounts.permissions import Role
from accounts.services.certify import certificate_letter
from accounts.services.forget import forget_user
from accounts.services.lock_team import lock_workspace
from accounts.services.record_audit import By, record_audit
from accounts.services.revoke_invitation import revoke_invitations_of


def delete_user(*, user_id: str, email: str, by: By) -> None:
    """Delete the account at once; its own workspaces are erased by the sweeper, as soon as nothing of them runs.

    Raises InvalidInput unless the e-mail address is the user's, LastOwner naming the workspaces of others that they
    alone own; then nothing is changed.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(id=user_id)
        if email.strip().lower() != user.email:
            raise InvalidInput("Type your e-mail address exactly as it is. Nothing was changed.", param="email")
        memberships = list(Membership.objects.filter(user=user).order_by("workspace_id"))
        workspaces = {one.workspace_id: lock_workspace(one.workspace_id) for one in memberships}
        orphans = [one.name for one in sole_owned(user)]
        if orphans:
            raise LastOwner(
                f"You are the only owner of {', '.join(orphans)}, where others work too. Make somebody else an owner, "
                "or have the workspace deleted, and try again. Nothing was changed."
            )
        for one in memberships:
            _leave(one, workspaces[one.workspace_id], user, by)
        address = user.email
        _erase(user)
        forget_user(user_id=user.id, email=address)
        letter = Letter("Your account is deleted", ("Your Pentimento account is gone. Good-bye.",), foot="")
        send_after_commit(letter, to=address)


def sole_owned(user: User) -> list[Workspace]:
    """List the workspaces that others work in and nobody else owns, by name; one query."""
    others = Membership.objects.filter(workspace=OuterRef("workspace")).exclude(user=user)
    alone = Exists(others) & ~Exists(others.filter(role=Role.OWNER))
    own = Membership.objects.filter(alone, user=user, role=Role.OWNER).select_related("workspace")
    return [one.workspace for one in own.order_by("workspace__name", "id")]


def _others(membership: Membership) -> bool:
    return Membership.objects.filter(workspace_id=membership.workspace_id).exclude(id=membership.id).exists()


def _leave(membership: Membership, workspace: Workspace, user: User, by: By) -> None:
    """Take them out of a team; have a workspace that is theirs alone erased, and send the link to its certificate."""
    record = partial(record_audit, workspace_id=workspace.id, by=by, target=user.id, target_name=user.email)
    if _others(membership):
        record(action="member.left", before={"role": membership.role}, note="The account was deleted.")
        revoke_invitations_of(member=membership, by=by, leaving=True)
        membership.delete()
        return
    workspace.delete_at = timezone.now()
    workspace.save(update_fields=["delete_at"])
    record(action="workspace.deletion_asked", note="Its only member's account was deleted.")
    certificate, _ = DeletionCertificate.objects.get_or_create(workspace_id=workspace.id)
    letter = certificate_letter(certificate, name=workspace.name)
    send_after_commit(letter, to=user.email)


def _erase(user: User) -> None:
    """Empty the row, which edits and keys of others point to, and delete all that signs them in."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    Invitation.objects.filter(email=user.email).delete()
    for relation in User._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or getattr(relation, "on_delete", None) is not CASCADE:
            continue
        if relation.related_model is not Membership:
            relation.related_model._default_manager.filter(**{relation.field.name: user}).delete()
    user.email = f"{user.id}@deleted.invalid"
    user.first_name = user.last_name = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
