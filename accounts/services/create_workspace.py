"""Create a workspace."""

from django.db import transaction

from accounts.models import Membership, User, Workspace
from accounts.permissions import Role


def create_workspace(*, owner: User, name: str) -> Workspace:
    """Make a workspace whose only member owns it."""
    with transaction.atomic():
        workspace = Workspace.objects.create(name=name)
        Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    return workspace
