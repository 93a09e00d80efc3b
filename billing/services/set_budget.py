"""Set, change and remove budgets; every act is in the workspace's audit log."""

from dataclasses import dataclass

from django.db import transaction

from accounts.ids import may_be_id
from accounts.models import Membership, Workspace
from accounts.permissions import Action, may
from accounts.services.lock_team import lock_for
from accounts.services.record_audit import By, record_audit
from billing.budgets.rotations import first_key
from billing.errors import BadBudget
from billing.models import Budget, BudgetPeriodKind, BudgetScope
from billing.money import LARGEST, format_usd

MOST = 200
NO_APPROVER = "approver names no member of this workspace who sees its money."


@dataclass(frozen=True, slots=True)
class BudgetTerms:
    """What a budget limits: `target` is the project's, member's or key's id, empty for the workspace; µ$."""

    scope: str
    target: str
    period: str
    limit: int
    approver: str = ""


def set_budget(*, workspace: Workspace, terms: BudgetTerms, by: By) -> Budget:
    """Set a budget, or change the one that limits the same. One transaction, in which the workspace is locked.

    Raises BadBudget, naming the field; NotAllowed or NotFound, of accounts, when who acts may not, or no longer.

    That the target is the workspace's own is for the caller to see to, who knows projects; members and approvers are
    looked up here.
    """
    _check(workspace, terms)
    with transaction.atomic():
        lock_for(workspace_id=workspace.id, by=by, action=Action.MANAGE_MONEY)
        target = first_key(terms.target) if terms.scope == BudgetScope.KEY else terms.target
        same = {"workspace": workspace, "scope": terms.scope, "target": target, "period": terms.period}
        known = Budget.objects.filter(**same).first()
        if known is None and Budget.objects.filter(workspace=workspace).count() >= MOST:
            raise BadBudget(field="scope", message=f"A workspace has at most {MOST} budgets.")
        before = _facts(known) if known else {}
        budget, _ = Budget.objects.update_or_create(
            **same, defaults={"limit": terms.limit, "approver_id": terms.approver or None},
            create_defaults={
                "limit": terms.limit, "approver_id": terms.approver or None, "created_by_id": by.user_id or None,
            },
        )  # fmt: skip
        if (after := _facts(budget)) != before:
            record_audit(
                workspace_id=workspace.id, action="budget.set", by=by, target=budget.id, before=before, after=after
            )
    return budget


def remove_budget(*, workspace: Workspace, budget_id: str, by: By) -> bool:
    """Remove a budget, and tell whether there was one; what waits for its approver waits no longer than its time."""
    with transaction.atomic():
        lock_for(workspace_id=workspace.id, by=by, action=Action.MANAGE_MONEY)
        budget = Budget.objects.select_for_update().filter(workspace=workspace, id=budget_id).first()
        if budget is None:
            return False
        record_audit(workspace_id=workspace.id, action="budget.removed", by=by, target=budget.id, before=_facts(budget))
        budget.delete()
    return True


def check_terms(terms: BudgetTerms) -> None:
    """Raise BadBudget, naming the field, for terms that make no sense anywhere."""
    if terms.scope not in BudgetScope.values:
        raise BadBudget(field="scope", message=f"scope is one of {', '.join(BudgetScope.values)}.")
    if terms.period not in BudgetPeriodKind.values:
        raise BadBudget(field="period", message=f"period is one of {', '.join(BudgetPeriodKind.values)}.")
    if not 0 <= terms.limit <= LARGEST:
        raise BadBudget(field="limit", message="limit is an amount of dollars, not below zero.")
    if (terms.scope == BudgetScope.WORKSPACE) != (not terms.target):
        raise BadBudget(field="target", message="target is empty for the workspace, and an id for anything else.")
    if terms.target and not may_be_id(terms.target):
        raise BadBudget(field="target", message=f"target names no {terms.scope} of this workspace.")
    if terms.approver and not may_be_id(terms.approver):
        raise BadBudget(field="approver", message=NO_APPROVER)


def _check(workspace: Workspace, terms: BudgetTerms) -> None:
    check_terms(terms)
    members = dict(Membership.objects.filter(workspace=workspace).values_list("user_id", "role"))
    if terms.scope == BudgetScope.MEMBER and terms.target not in members:
        raise BadBudget(field="target", message="target names no member of this workspace.")
    if terms.scope == BudgetScope.KEY:
        _check_key(workspace, terms)
    if terms.approver and not may(members.get(terms.approver, "viewer"), Action.SEE_MONEY):
        raise BadBudget(field="approver", message=NO_APPROVER)


def _check_key(workspace: Workspace, terms: BudgetTerms) -> None:
    caps = workspace.api_keys.filter(id=terms.target).values_list("monthly_cap", flat=True)
    if not caps:
        raise BadBudget(field="target", message="target names no key of this workspace.")
    if terms.period == BudgetPeriodKind.MONTH and caps[0] is not None and caps[0] != terms.limit:
        message = f"This key was made with a monthly cap of ${format_usd(caps[0])}, which is its monthly budget."
        raise BadBudget(field="limit", message=message)


def _facts(budget: Budget) -> dict[str, str]:
    return {
        "scope": budget.scope,
        "target": budget.target,
        "period": budget.period,
        "limit": format_usd(budget.limit),
        "approver": budget.approver_id or "",
    }
