"""Which methods pages take. The views of libraries that we show would take more, or answer whatever they are asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

OF_PAGES = ("GET", "HEAD", "POST")
ELSEWHERE = ("/api/", "/cb/")  # doors that say themselves what they take


class MethodsMiddleware:
    """Answer 405 to all but reading a page and sending a form, whoever asks and whatever is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass the request on."""
        if request.method not in OF_PAGES and not request.path.startswith(ELSEWHERE):
            return HttpResponseNotAllowed(OF_PAGES)
        return self.get_response(request)
