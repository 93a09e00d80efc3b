"""What waits for somebody to let it through, over a budget."""

from dataclasses import dataclass

from accounts.models import User
from accounts.permissions import Action, may
from billing import facade
from editor.errors import NotFound
from editor.models import Edit

MOST = 50


@dataclass(frozen=True, slots=True)
class WaitingEdit:
    """An edit with the id of who was asked about it; nobody is, once its budget or its approver is gone."""

    edit: Edit
    approver: str

    @property
    def asker(self) -> str:
        """Say who wants it."""
        return self.edit.created_by.email if self.edit.created_by else "An API key"


def waiting_edits(workspace_id: str) -> list[WaitingEdit]:
    """Give what waits in a workspace, oldest first. Two queries."""
    edits = Edit.objects.filter(workspace_id=workspace_id, awaits_approval=True, finished_at=None)
    found = list(edits.select_related("project", "created_by").order_by("id")[:MOST])
    asked = {one.edit: one.approver for one in facade.waiting_approvals(workspace_id)} if found else {}
    return [WaitingEdit(edit, asked.get(edit.id, "")) for edit in found]


def edit_to_decide(*, workspace_id: str, edit_id: str) -> WaitingEdit | None:
    """Find an edit to decide about, None when it waits no more; raises NotFound for a missing or foreign one."""
    edit = Edit.objects.filter(workspace_id=workspace_id, id=edit_id, is_test=False).first()
    if edit is None:
        raise NotFound("There is no such edit in this workspace.")
    return WaitingEdit(edit, facade.approver_of(edit.id)) if edit.awaits_approval and not edit.finished_at else None


def may_decide(*, role: str, user_id: str, approver: str) -> bool:
    """Tell whether a member may let an edit through: who was asked, and whoever manages the workspace's money."""
    return user_id == approver or may(role, Action.MANAGE_MONEY)


def approver_email(edit: Edit) -> str:
    """Tell whose approval an edit waits for; empty when it waits for none, or nobody was asked."""
    if not edit.awaits_approval or edit.finished_at:
        return ""
    approver = facade.approver_of(edit.id)
    return User.objects.filter(id=approver).values_list("email", flat=True).first() or "" if approver else ""
