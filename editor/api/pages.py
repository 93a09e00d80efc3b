"""How lists of the API are turned page by page."""

import re
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from editor.errors import InvalidInput

CURSOR = "[0-9a-z_]{1,40}"


class IdPages(BasePagination):
    """Pages of rows, newest first by their time-ordered ids; the cursor is where the page before ended."""

    default_limit = 20
    limits = range(1, 101)
    cursors = CURSOR
    next_cursor: str | None = None

    def paginate_queryset(  # type: ignore[override]
        self,
        queryset: QuerySet[Model],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any]:
        """Give a page in one query; raises InvalidInput for a bad limit or cursor."""
        limit = self.limit_of(request.query_params.get("limit"))
        if (cursor := request.query_params.get("cursor")) is not None:
            self.check_cursor(cursor)
            queryset = queryset.filter(pk__lt=cursor)
        rows = list(queryset.order_by("-pk")[: limit + 1])
        if len(rows) > limit:
            self.next_cursor = rows[limit - 1].pk
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        """Answer with a page."""
        return Response({"data": data, "next": self.next_cursor})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page for OpenAPI."""
        cursor = {"type": "string", "nullable": True, "description": "Send it as `cursor` for the next page."}
        return {"type": "object", "required": ["data", "next"], "properties": {"data": schema, "next": cursor}}

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the query parameters for OpenAPI."""
        size = {"type": "integer", "minimum": self.limits[0], "maximum": self.limits[-1], "default": self.default_limit}
        cursor = {"type": "string", "pattern": f"^{self.cursors}$"}
        return [
            {"name": "limit", "in": "query", "required": False, "schema": size},
            {"name": "cursor", "in": "query", "required": False, "schema": cursor},
        ]

    def check_cursor(self, cursor: str) -> None:
        """Raise InvalidInput for what no page gives."""
        if not re.fullmatch(self.cursors, cursor):
            raise InvalidInput("cursor is not one that a page gave.", param="cursor")

    def limit_of(self, text: str | None) -> int:
        """Read how many rows a page has; raises InvalidInput."""
        if text is None:
            return self.default_limit
        if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) in self.limits):  # noqa: PLR2004
            raise InvalidInput(f"limit takes {self.limits[0]} to {self.limits[-1]}.", param="limit")
        return int(text)


class PlacePages(IdPages):
    """Pages of the ledger; the cursor is the place at which the page before ended."""

    cursors = "[1-9][0-9]{0,17}"
