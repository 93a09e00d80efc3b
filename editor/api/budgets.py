"""Budgets: look at them, set or change one, remove one."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Workspace
from accounts.permissions import Action
from billing import facade
from editor.api import describe_money as describe
from editor.api.budget_bodies import read_budget
from editor.api.door import Door
from editor.api.money_shapes import budget_json
from editor.errors import NotFound
from editor.services.limit_spending import limit_spending


class Budgets(Door):
    """`/budgets`."""

    needs = {"get": Action.SEE_MONEY, "post": Action.MANAGE_MONEY}

    @describe.list_budgets
    def get(self, request: Request) -> Response:
        """List all budgets with their use now: at most 200, so that it is one page."""
        found = facade.budgets_of(self.actor.workspace_id)
        return Response({"data": [budget_json(budget) for budget in found], "next": None})

    @describe.set_budget
    def post(self, request: Request) -> Response:
        """Set a budget, or change the one of the same scope, target and period: sent again it changes nothing."""
        terms = read_budget(request.data)
        set_now = limit_spending(workspace=_workspace(self.actor.workspace_id), terms=terms, by=self.caller.by)
        return Response(budget_json(set_now))


class OneBudget(Door):
    """`/budgets/{id}`."""

    needs = {"delete": Action.MANAGE_MONEY}

    @describe.remove_budget
    def delete(self, request: Request, budget_id: str) -> Response:
        """Remove a budget; an edit that waits over it goes on waiting for whoever manages the money."""
        workspace = _workspace(self.actor.workspace_id)
        if not facade.remove_budget(workspace=workspace, budget_id=budget_id, by=self.caller.by):
            raise NotFound("There is no such budget in this workspace.")
        return Response(status=204)


def _workspace(workspace_id: str) -> Workspace:
    return Workspace.objects.get(id=workspace_id)
