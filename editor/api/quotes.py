"""Quotes: a price that holds for minutes."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from editor.api import describe
from editor.api.bodies import read_quote
from editor.api.door import Door
from editor.api.shapes import quote_json
from editor.services.promise_price import promise_price


class Quotes(Door):
    """`/quotes`."""

    needs = {"post": Action.EDIT}
    body_limit = 20 * 1024 * 1024  # as that of an edit, for the same pictures as data

    @describe.create_quote
    def post(self, request: Request) -> Response:
        """Say what an edit would cost at most, and keep to it for ten minutes. Nothing is ordered, held or kept."""
        asked = read_quote(request.data)
        return Response(quote_json(promise_price(actor=self.actor, request=asked, any_prompt=not asked.prompt)))
