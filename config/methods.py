"""Which methods pages take. The views of libraries that we show would take more, or answer whatever they are asked."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from config.error_pages import not_allowed

OF_PAGES = ("GET", "HEAD", "POST")
ELSEWHERE = ("/api/", "/cb/")  # doors that say themselves what they take


class MethodsMiddleware:
    """Answer 405 to all but reading a page and sending a form, whoever asks and whatever is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass the request on; whoever is refused, also by a view, is told so on a page."""
        if request.path.startswith(ELSEWHERE):
            return self.get_response(request)
        allowed = request.method in OF_PAGES
        response = self.get_response(request) if allowed else HttpResponseNotAllowed(OF_PAGES)
        return not_allowed(request, response) if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED else response
