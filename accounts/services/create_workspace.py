"""Create a workspace."""

from django.db import transaction

from accounts.errors import InvalidInput
from accounts.models import Membership, User, Workspace
from accounts.permissions import Role
from accounts.services.record_audit import SYSTEM, By, record_audit
from accounts.workspace_names import checked_name

MOST_OWNED = 100


def create_workspace(*, owner: User, name: str, by: By = SYSTEM, is_personal: bool = False) -> Workspace:
    """Make a workspace whose only member owns it; raises InvalidInput for a bad name, or when they own 100 already."""
    name = checked_name(name)
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(id=owner.id)  # or two at once both see 99
        if Membership.objects.filter(user=owner, role=Role.OWNER).count() >= MOST_OWNED:
            message = f"One person owns at most {MOST_OWNED} workspaces. Nothing was made; leave or delete one first."
            raise InvalidInput(message, param="name")
        workspace = Workspace.objects.create(name=name, is_personal=is_personal)
        Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
        record_audit(
            workspace_id=workspace.id,
            action="workspace.created",
            by=by,
            target=workspace.id,
            target_name=name,
            after={"name": name, "owner": owner.email},
        )
    return workspace
