"""Set a budget for a workspace, or for one of its projects, members or keys."""

from accounts.models import Workspace
from accounts.services.record_audit import By
from billing import facade
from editor.models import Project


def limit_spending(*, workspace: Workspace, terms: facade.BudgetTerms, by: By) -> facade.BudgetUse:
    """Set it, or change the one that limits the same, and give it with its use now; raises BadBudget."""
    facade.check_terms(terms)
    if terms.scope == "project" and not Project.objects.filter(workspace=workspace, id=terms.target).exists():
        raise facade.BadBudget(field="target", message="target names no project of this workspace.")
    budget = facade.set_budget(workspace=workspace, terms=terms, by=by)
    facts = facade.budget_facts(budget.id)
    if facts is None:  # removed by somebody in this moment
        raise facade.BadBudget(field="target", message="This budget was removed meanwhile.")
    return facts
