"""Approvals of what is over a budget: asked once for an edit, decided once."""

from django.db.models.functions import Now

from billing.models import Approval, ApprovalState


def ask_approval(
    *, workspace_id: str, edit: str, amount: int, budget: str, approver: str, asked_by: str | None
) -> None:
    """Write down that an edit waits for somebody."""
    Approval.objects.create(
        workspace_id=workspace_id, edit=edit, amount=amount, budget_id=budget, approver_id=approver,
        asked_by_id=asked_by,
    )  # fmt: skip


def decide_approval(*, edit: str, approved: bool, note: str = "") -> None:
    """Decide what waits; what was decided already stays. The caller has locked the edit."""
    state = ApprovalState.APPROVED if approved else ApprovalState.REFUSED
    _close(edit, state, note)


def expire_approval(*, edit: str) -> None:
    """Say that nobody answered in time, or that it is not wanted any more."""
    _close(edit, ApprovalState.EXPIRED, "")


def approver_of(edit: str) -> str:
    """Give the id of who is asked about an edit, empty when nobody is."""
    found = Approval.objects.filter(edit=edit).values_list("approver_id", flat=True).first()
    return found or ""


def _close(edit: str, state: ApprovalState, note: str) -> None:
    Approval.objects.filter(edit=edit, state=ApprovalState.WAITING).update(
        state=state, note=note[:300], decided_at=Now()
    )
