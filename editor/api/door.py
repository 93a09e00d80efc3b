"""What every view of the API is made of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts.permissions import Action
from editor.api.authentication import Caller
from editor.api.parsing import JsonBody, check_length
from editor.domain import Actor
from editor.errors import InvalidInput

Row = TypeVar("Row", bound=Model)


class OneFormat(BaseContentNegotiation):
    """Answer in the view's own format, whatever `Accept` asks for."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Take the parser for the body's content type; None makes a 415."""
        content_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Take the first renderer."""
        first = next(iter(renderers))
        return first, str(first.media_type)


class Door(APIView):
    """A view of the API. `needs` says what each method does, by its name in lower case; `body_limit` is in bytes."""

    content_negotiation_class = OneFormat
    parser_classes: Sequence[type[BaseParser]] = [JsonBody]
    needs: ClassVar[Mapping[str, Action]] = {}
    body_limit = 64 * 1024

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Check who calls, then how long the body is, before anything reads it."""
        super().initial(request, *args, **kwargs)
        check_length(request.META, self.body_limit)

    @property
    def caller(self) -> Caller:
        """Give who calls."""
        return cast("Caller", self.request.user)

    @property
    def actor(self) -> Actor:
        """Give the workspace and key that call."""
        return self.caller.actor


class Listing(Door):
    """A view whose GET is a list, page by page; `filters` are the query parameters besides those of paging."""

    pagination_class: type[BasePagination] = api_settings.DEFAULT_PAGINATION_CLASS  # type: ignore[assignment]
    filters: frozenset[str] = frozenset()

    def page(self, rows: QuerySet[Row], write: Callable[[list[Row]], list[dict[str, Any]]]) -> Response:
        """Answer with a page of the rows; raises InvalidInput for a query parameter that is not there or twice."""
        for name in self.request.query_params:
            if name not in self.filters and name not in ("limit", "cursor"):
                raise InvalidInput(f"There is no query parameter {name[:40]!r} here.", param=name[:40])
            if len(self.request.query_params.getlist(name)) > 1:
                raise InvalidInput(f"{name} is given more than once.", param=name)
        pages = self.pagination_class()
        found = pages.paginate_queryset(rows, self.request, view=self) or []
        return pages.get_paginated_response(write(found))
