"""Hand a workspace over."""

from django.db import transaction
from django.urls import reverse

from accounts.errors import InvalidInput
from accounts.permissions import Action, Role
from accounts.services.lock_member import lock_member
from accounts.services.lock_team import lock_team
from accounts.services.record_audit import By, record_audit
from accounts.services.revoke_invitation import revoke_invitations_of
from accounts.services.tell_member import tell_member


def transfer_ownership(*, workspace_id: str, user_id: str, by: By) -> None:
    """Make another member owner in the actor's place, who becomes an admin; other owners stay. They get a letter.

    Raises NotFound for somebody who is not in the team, NotAllowed when the actor is no owner, InvalidInput when the
    member is the actor; then nothing changed.
    """
    with transaction.atomic():
        actor = lock_team(workspace_id=workspace_id, by=by, action=Action.TRANSFER)
        heir = lock_member(actor=actor, user_id=user_id)
        if heir.id == actor.id:
            raise InvalidInput("Choose somebody else: you own it already. Nothing was changed.", param="to")
        before = heir.role
        heir.role, actor.role = Role.OWNER, Role.ADMIN
        heir.save(update_fields=["role"])
        actor.save(update_fields=["role"])
        revoke_invitations_of(member=actor, by=by)
        record_audit(
            workspace_id=workspace_id,
            action="workspace.transferred",
            by=by,
            target=heir.user_id,
            target_name=heir.user.email,
            before={"role": before, "by_role": Role.OWNER.value},
            after={"role": Role.OWNER.value, "by_role": Role.ADMIN.value},
        )
        name = actor.workspace.name
        tell_member(
            member=heir,
            by=by,
            subject=f"You own {name} now",
            line=f"has handed the workspace {name} over to you: you are its owner now, and they are an admin.",
            link=reverse("workspace_settings"),
            link_words="Open its settings",
        )
