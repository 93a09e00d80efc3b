"""Give a member another role."""

from django.db import transaction
from django.urls import reverse

from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Membership
from accounts.permissions import Action, Role, may_give
from accounts.services.lock_member import NOT_ALLOWED, check_owner_stays, lock_member
from accounts.services.lock_team import lock_team
from accounts.services.record_audit import By, record_audit
from accounts.services.revoke_invitation import revoke_invitations_of
from accounts.services.tell_member import tell_member


def change_role(*, workspace_id: str, user_id: str, role: str, by: By) -> Membership:
    """Change the role of the workspace's member `user_id`, who gets a letter.

    Raises InvalidInput for a word that is no role, NotFound for somebody who is not in the team, NotAllowed when the
    member or the role may what the actor may not, LastOwner when nobody would own the workspace; then nothing changed.
    """
    new = checked_role(role)
    with transaction.atomic():
        actor = lock_team(workspace_id=workspace_id, by=by, action=Action.MANAGE_MEMBERS)
        member = lock_member(actor=actor, user_id=user_id)
        if not may_give(actor.role, new):
            raise NotAllowed(NOT_ALLOWED)
        if member.role == new:
            return member
        check_owner_stays(member)
        before, member.role = member.role, new
        member.save(update_fields=["role"])
        revoke_invitations_of(member=member, by=by)
        record_audit(
            workspace_id=workspace_id,
            action="member.role_changed",
            by=by,
            target=member.user_id,
            target_name=member.user.email,
            before={"role": before},
            after={"role": new},
        )
        name = actor.workspace.name
        tell_member(
            member=member,
            by=by,
            subject=f"Your role in {name} is {new} now",
            line=f"has changed your role in the workspace {name} from {before} to {new}.",
            link=reverse("members"),
            link_words="See what each role may do",
        )
    return member


def checked_role(role: str) -> Role:
    """Give the role of that name; raises InvalidInput."""
    try:
        return Role(role)
    except ValueError as error:
        names = ", ".join(Role)
        raise InvalidInput(f"A role is one of {names}. Nothing was changed.", param="role") from error
