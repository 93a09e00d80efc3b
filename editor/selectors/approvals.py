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


def may_decide(role: str, user_id: str, approver: str) -> bool:
    """Tell whether a member may let an edit through: who was asked, and whoever manages the workspace's money."""
    return may(role, Action.MANAGE_MONEY) or (user_id == approver and may(role, Action.SEE_MONEY))


@dataclass(frozen=True, slots=True)
class Approver:
    """Who was asked about an edit; empty where nobody is any more."""

    id: str = ""
    email: str = ""


def approver_of(edit: Edit) -> Approver:
    """Tell whose approval an edit waits for. Two queries."""
    asked = facade.approver_of(edit.id)
    email = User.objects.filter(id=asked).values_list("email", flat=True).first() if asked else None
    return Approver(asked, email) if email else Approver()
