"""Let an edit that is over a budget run after all, or not."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.errors import NotAllowed
from accounts.models import Membership
from accounts.services.record_audit import By, record_audit
from billing import facade
from billing.money import format_usd
from editor.errors import NotFound
from editor.models import Edit
from editor.selectors.approvals import may_decide
from editor.services.ask_approval import spends_of, tell_budgets
from editor.services.finish_edit import finish_edit
from editor.services.order_parts import order_parts
from editor.services.route_again import route_again
from editor.services.submit_edit import HOLD_GRACE

NOT_YOURS = (
    "Only whoever was asked, or looks after the workspace’s money, decides about this edit. Nothing was changed."
)


def approve_edit(*, workspace_id: str, edit_id: str, by: By, note: str = "") -> Edit:
    """Run it for what was quoted at most, by who is able now; its time counts from now. Locks the edit, then its money.

    Raises NotFound unless it waits in this workspace, and so when somebody else was faster; NotAllowed for who may not
    decide; NoRoute when nobody does it within the price any more, InvalidInput when its picture is gone. Then nothing
    is kept, and it waits as before.
    """
    with transaction.atomic():
        edit = _waiting(workspace_id, edit_id, by)
        route_again(edit)
        now = timezone.now()
        edit.awaits_approval = False
        edit.deadline_at = now + timedelta(seconds=edit.deadline_seconds)
        edit.save(update_fields=["awaits_approval", "deadline_at", "routing", "route", "units"])
        order_parts(edit)
        facade.decide_approval(edit=edit.id, approved=True, note=note)
        _record(edit, "edit.approved", by, note)
        steps = facade.count_approved(
            workspace_id=workspace_id,
            reference=edit.id,
            spends=spends_of(edit),
            lasts=edit.deadline_at - now + HOLD_GRACE,
        )
        tell_budgets(workspace_id=workspace_id, steps=steps)
    return edit


def refuse_edit(*, workspace_id: str, edit_id: str, by: By, note: str = "") -> Edit:
    """End it without running it; nothing is charged. Raises NotFound and NotAllowed as `approve_edit` does."""
    with transaction.atomic():
        edit = _waiting(workspace_id, edit_id, by)
        facade.decide_approval(edit=edit.id, approved=False, note=note)
        _record(edit, "edit.refused", by, note)
        finish_edit(edit)
    return edit


def _waiting(workspace_id: str, edit_id: str, by: By) -> Edit:
    edit = (
        Edit.objects.select_for_update()
        .filter(workspace_id=workspace_id, id=edit_id, awaits_approval=True, finished_at=None)
        .first()
    )
    if edit is None:
        raise NotFound("No such edit waits for approval in this workspace.")
    if not _may_decide(edit, by):
        raise NotAllowed(NOT_YOURS)
    return edit


def _may_decide(edit: Edit, by: By) -> bool:
    """Look again at who acts; staff in a member's place, keys and the system itself decide nothing."""
    if not by.user_id or by.staff_id:
        return False
    role = Membership.objects.filter(workspace_id=edit.workspace_id, user_id=by.user_id).values_list("role", flat=True)
    return any(may_decide(each, by.user_id, facade.approver_of(edit.id)) for each in role)


def _record(edit: Edit, action: str, by: By, note: str) -> None:
    record_audit(
        workspace_id=edit.workspace_id, action=action, by=by, target=edit.id, note=note,
        after={"amount": format_usd(edit.quoted)},
    )  # fmt: skip
