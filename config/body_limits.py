"""How long the body of a page's request may be. The API's doors, and those of callbacks, have limits of their own."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from config.error_pages import refuse_body

PAGE_BYTES = 2 * 1024 * 1024
UPLOAD_BYTES = 300 * 1024 * 1024  # a dozen of the largest pictures at once, from a bare form
STATEMENT_BYTES = 26 * 1024 * 1024
UPLOAD, STATEMENT = "upload", "staff_cost_upload"
ELSEWHERE = ("/api/", "/cb/", "/stripe/")


class BodyLimitMiddleware:
    """Refuse a body by its Content-Length, before Django reads it to look for the form's token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view_and_its_arguments: Any) -> HttpResponse | None:  # noqa: ARG002
        """Answer 413 to a body over the limit of its door and 411 to one that does not say how long it is."""
        if request.path.startswith(ELSEWHERE):
            return None
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and request.META.get("HTTP_TRANSFER_ENCODING"):
            return refuse_body(request, HTTPStatus.LENGTH_REQUIRED)
        if length.isdecimal() and int(length) > _limit(request):
            return refuse_body(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return None


def _limit(request: HttpRequest) -> int:
    match = request.resolver_match
    if match is not None and request.user.is_authenticated:
        if match.url_name == UPLOAD:
            return UPLOAD_BYTES
        if match.url_name == STATEMENT and request.user.is_staff:
            return STATEMENT_BYTES
    return PAGE_BYTES
