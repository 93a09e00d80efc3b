"""Further people of Alice's workspace, each in a role."""

from accounts.models import Membership, User, Workspace
from accounts.permissions import Role
from accounts.services.record_audit import By


def member(workspace: Workspace, name: str, role: Role) -> User:
    """Make a user who is in the workspace with this role."""
    user = User.objects.create_user(f"{name}@example.com", f"{name}'s long password")
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


def by(user: User) -> By:
    """Say that this user acts."""
    return By(user_id=user.id, name=user.email, address="203.0.113.7", request_id="req_test")


def roles(workspace: Workspace) -> dict[str, str]:
    """Give the role of every member by the name before the @."""
    found = Membership.objects.filter(workspace=workspace).values_list("user__email", "role")
    return {email.partition("@")[0]: role for email, role in found}
