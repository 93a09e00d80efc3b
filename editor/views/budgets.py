"""Budgets: who may spend how much in a day or month, how far that is used, and what waits to be let through."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotAllowed, NotFound
from accounts.permissions import Action, may
from accounts.views.refusal import Refusal
from billing import facade
from billing.money import format_short, parse_usd
from editor.selectors.approvals import MOST, WaitingEdit, may_decide, waiting_edits
from editor.selectors.spenders import spenders_of
from editor.services.limit_spending import limit_spending
from editor.views.workspace import WorkspaceRequest, in_workspace

WARN, BAD = 80, 100


@dataclass(frozen=True, slots=True)
class Row:
    """A budget as the page shows it: of whom, by name, and a word and colour for its use."""

    budget: facade.BudgetUse
    name: str
    approver: str

    @property
    def state(self) -> str:
        """Name the colour."""
        return "bad" if self.budget.percent >= BAD else "warn" if self.budget.percent >= WARN else "good"

    @property
    def said(self) -> str:
        """Say how it stands."""
        return {"bad": "used up", "warn": "nearly used up", "good": "within it"}[self.state]

    @property
    def of(self) -> str:
        """Give the value of the form's choice."""
        return f"{self.budget.scope}:{self.budget.target}" if self.budget.target else self.budget.scope


@require_safe
@in_workspace(Action.SEE_MONEY)
def budgets(request: WorkspaceRequest) -> HttpResponse:
    """Show them, with a form for whoever may set them; `?change=` fills it in with one of them."""
    return budgets_page(request)


@require_POST
@in_workspace(Action.MANAGE_MONEY)
def set_budget(request: WorkspaceRequest) -> HttpResponse:
    """Set the budget of the form, or change the one that limits the same."""
    try:
        limit_spending(workspace=request.workspace, terms=_terms(request.POST), by=request.by)
    except facade.BadBudget as error:
        return budgets_page(request, error=error, status=422)
    except (NotAllowed, NotFound) as error:
        raise Refusal(error.message) from error
    messages.success(request, "The budget is set. It holds for edits from now on.")
    return redirect("billing:budgets")


@require_POST
@in_workspace(Action.MANAGE_MONEY)
def remove_budget(request: WorkspaceRequest, budget_id: str) -> HttpResponse:
    """Remove one."""
    try:
        if not facade.remove_budget(workspace=request.workspace, budget_id=budget_id, by=request.by):
            raise Http404
    except (NotAllowed, NotFound) as error:
        raise Refusal(error.message) from error
    messages.success(request, "The budget is removed, and limits nothing any more.")
    return redirect("billing:budgets")


def budgets_page(
    request: WorkspaceRequest, *, error: facade.BadBudget | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    """Show the page; `error` stands beside its field, `refused` above all."""
    spenders = spenders_of(request.workspace.id)
    rows = [
        Row(one, spenders.name(one.scope, one.target), spenders.members.get(one.approver, ""))
        for one in facade.budgets_of(request.workspace.id)
    ]
    waiting = waiting_edits(request.workspace.id)
    change = next((row for row in rows if row.budget.id == request.GET.get("change")), None)
    context = {
        "rows": rows,
        "spenders": spenders,
        "choices": [
            ("project", "Projects", spenders.projects),
            ("member", "Members", spenders.members),
            ("key", "API keys", spenders.keys),
        ],
        "waiting": [(one, spenders.members.get(one.approver, ""), _decides(request, one)) for one in waiting],
        "is_cut": len(waiting) == MOST,
        "manages": may(request.membership.role, Action.MANAGE_MONEY),
        "given": request.POST if error else _given(change),
        "change": change,
        "error": error,
        "refused": refused,
    }
    return render(request, "billing/budgets.html", context, status=status)


def _decides(request: WorkspaceRequest, waiting: WaitingEdit) -> bool:
    return may_decide(request.membership.role, request.user.id, waiting.approver)


def _given(row: Row | None) -> dict[str, str]:
    if row is None:
        return {"of": "workspace", "period": "month"}
    budget = row.budget
    return {
        "of": row.of, "period": budget.period, "limit": format_short(budget.limit), "approver": budget.approver,
    }  # fmt: skip


def _terms(form: QueryDict) -> facade.BudgetTerms:
    scope, _, target = form.get("of", "").partition(":")
    try:
        limit = parse_usd(form.get("limit", "").strip().removeprefix("$").replace(",", ""))
    except ValueError as error:
        said = str(error)
        raise facade.BadBudget(field="limit", message=f"{said[0].upper()}{said[1:]}.") from error
    return facade.BudgetTerms(scope, target, form.get("period", ""), limit, form.get("approver", ""))
