"""The ledger: what came into the workspace's credit and what went out."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from billing import facade
from editor.api import describe_money as describe
from editor.api.door import Listing
from editor.api.money_shapes import KINDS, movement_json
from editor.api.pages import PlacePages
from editor.api.queries import day_after, midnight, read_day, read_id, read_word


class Ledger(Listing):
    """`/ledger`."""

    needs = {"get": Action.SEE_MONEY}
    pagination_class = PlacePages
    filters = frozenset({"kind", "from", "to", "edit"})

    @describe.read_ledger
    def get(self, request: Request) -> Response:
        """List what came and went, newest first. What is held for running edits is no entry yet: see `/balance`."""
        self.check_query()
        query, pages = request.query_params, PlacePages()
        limit, kind, until = pages.limit_of(query.get("limit")), read_word(query, "kind", KINDS), read_day(query, "to")
        if (cursor := query.get("cursor")) is not None:
            pages.check_cursor(cursor)
        rows = facade.movements(
            workspace_id=self.actor.workspace_id,
            kinds=[kind] if kind else [],
            since=midnight(read_day(query, "from")),
            until=midnight(day_after(until)),
            reference=read_id(query, "edit"),
            after=int(cursor) if cursor is not None else None,
            limit=limit + 1,
        )
        if len(rows) > limit:
            pages.next_cursor = str(rows[limit - 1].place)
        return pages.get_paginated_response([movement_json(row) for row in rows[:limit]])
