"""The balance of the workspace."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from billing import facade
from editor.api import describe
from editor.api.door import Door
from editor.api.shapes import balance_json


class Balance(Door):
    """`/balance`."""

    needs = {"get": Action.SEE_MONEY}

    @describe.read_balance
    def get(self, request: Request) -> Response:
        """Tell the workspace's credit."""
        return Response(balance_json(facade.balance(self.actor.workspace_id)))
