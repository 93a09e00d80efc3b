"""Have a workspace's team to oneself until the transaction ends."""

from accounts.errors import NotAllowed, NotFound
from accounts.models import Membership, Workspace
from accounts.permissions import Action, may
from accounts.services.record_audit import By


def lock_workspace(workspace_id: str) -> Workspace:
    """Lock the workspace's row; raises NotFound.

    Whoever changes a team takes this lock first, so that two at once see each other. Keys, projects and pictures can be
    added meanwhile.
    """
    locked = Workspace.objects.select_for_update(no_key=True).filter(id=workspace_id).first()
    if locked is None:
        raise NotFound("There is no such workspace. Nothing was changed.")
    return locked


def lock_team(*, workspace_id: str, by: By, action: Action | None = None) -> Membership:
    """Lock the workspace's row and give the membership of who acts, as it is now.

    Raises NotFound when they are no member any more, NotAllowed when their role does not allow `action`.
    """
    workspace = lock_workspace(workspace_id)
    found = Membership.objects.filter(workspace=workspace, user_id=by.user_id).first()
    if found is None:
        raise NotFound("You are not in this workspace any more. Nothing was changed.")
    if action is not None and not may(found.role, action):
        raise NotAllowed(f"Your role here, {found.role}, does not reach so far. Nothing was changed.")
    found.workspace = workspace
    return found


def lock_for(*, workspace_id: str, by: By, action: Action) -> None:
    """Lock the workspace's row and look again whether who acts may still do it; the system itself may. As above."""
    if by.user_id:
        lock_team(workspace_id=workspace_id, by=by, action=action)
    else:
        lock_workspace(workspace_id)
