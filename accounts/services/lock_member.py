"""Have one member of a team to oneself, to change or remove them."""

from accounts.errors import LastOwner, NotAllowed, NotFound
from accounts.models import Membership
from accounts.permissions import Role, may_give

NOT_ALLOWED = "Your role does not reach that member. Nothing was changed."
LAST = "A workspace keeps an owner: make somebody else one first. Nothing was changed."


def lock_member(*, actor: Membership, user_id: str) -> Membership:
    """Find a member whom the actor may change; the team is locked already.

    Raises NotFound for who is not in the team, NotAllowed for who may more than the actor.
    """
    team = Membership.objects.select_related("user").filter(workspace_id=actor.workspace_id)
    member = team.filter(user_id=user_id).first()
    if member is None:
        raise NotFound("That person is not in this workspace any more. Nothing was changed.")
    if not may_give(actor.role, member.role):
        raise NotAllowed(NOT_ALLOWED)
    return member


def check_owner_stays(member: Membership) -> None:
    """Raise LastOwner when nobody else owns the workspace; the team is locked already."""
    others = Membership.objects.filter(workspace_id=member.workspace_id, role=Role.OWNER).exclude(id=member.id)
    if member.role == Role.OWNER and not others.exists():
        raise LastOwner(LAST)
