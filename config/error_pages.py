"""What Django answers when a request goes wrong: a page for people, the API's error shape under `/api/`.

Pages are rendered without request, user or database, so that they also work when one of these is what broke.
"""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from accounts.views.refusal import Refusal
from config.api import BROKEN, TYPES

STILL_WHOLE = (403, 404)  # nothing broke, so the banner of whoever is in somebody's place can be shown
CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    411: "length_required",
    413: "too_large",
    429: "rate_limited",
    500: "server_error",
}
MESSAGES = {
    400: "The request is malformed. Nothing was done or charged; correct it and send it again.",
    403: "This is not allowed. Nothing was done or charged.",
    404: "There is nothing at this address. Nothing was done or charged; check the address.",
    405: "This method does not work here. Nothing was done or charged; the Allow header names those that do.",
    411: "The request does not say how long it is. Nothing was done or charged; send a Content-Length.",
    413: "The body is too large. Nothing was done or charged; send a smaller one.",
    429: "Too many requests. Nothing was done or charged; wait a minute.",
    500: BROKEN,
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 when the body is over Django's limit."""
    return _answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400, "errors/400.html")


def refuse_body(request: HttpRequest, status: int) -> HttpResponse:
    """Answer 411 or 413 to a body that is not read."""
    return _answer(request, status, "errors/400.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403, in the refusal's own words where it has some; htmx gets just these, for a notice."""
    said = str(exception) if isinstance(exception, Refusal) else ""
    if said and request.headers.get("HX-Request"):
        return HttpResponse(said, status=403, content_type="text/plain; charset=utf-8")
    return _answer(request, 403, "errors/403.html", said)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404, the same for what is missing and what is somebody else's."""
    return _answer(request, 404, "errors/404.html")


def not_allowed(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """Fill an empty 405 with a page; somebody may have opened the address of a form, such as after signing in."""
    said = _answer(request, 405, "errors/405.html")
    refused.content = said.content
    refused["Content-Type"], refused["Content-Length"] = said["Content-Type"], str(len(said.content))
    return refused


@csrf_exempt
def no_such_resource(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001
    """Answer 404 to any address under `/api/` that is none, in the API's shape even with DEBUG, and never redirect."""
    return _answer(request, 404, "")


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer 429 to whoever tries to sign in or up too often; allauth asks for this by name."""
    return _answer(request, 429, "errors/429.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; the exception is in the log under the same request id."""
    return _answer(request, 500, "errors/500.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer 403 to a form that did not come from one of our pages, or from one that was open too long."""
    return _answer(request, 403, "errors/csrf.html")


def _answer(request: HttpRequest, status: int, template: str, said: str = "") -> HttpResponse:
    request_id = getattr(request, "request_id", "")
    if request.path.startswith("/api/") or not request.accepts("text/html"):
        error = {
            "type": TYPES.get(status, "invalid_request_error"),
            "code": CODES[status],
            "message": said or MESSAGES[status],
            "param": None,
            "request_id": request_id,
        }
        return JsonResponse({"error": error}, status=status)
    in_place = getattr(request, "impersonation", None) if status in STILL_WHOLE else None
    context = {"status": status, "request_id": request_id, "said": said, "in_place": in_place}
    return HttpResponse(render_to_string(template, context, request if in_place else None), status=status)
