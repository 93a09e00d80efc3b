"""How the API says no: one table from error class to status, one shape for every error."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.response import Response

from billing.errors import (
    AlreadyImported,
    BadBudget,
    HoldClosed,
    HoldExpired,
    InsufficientCredit,
    MonthSigned,
    OverBudget,
    Owes,
)
from editor import errors
from editor.images.errors import InspectorDown

log = structlog.get_logger(__name__)

STATUS: dict[type[Exception], int] = {
    errors.InvalidInput: 422,
    errors.TooLarge: 413,
    errors.NotFound: 404,
    errors.NoRoute: 422,
    errors.PriceTooHigh: 422,
    errors.Busy: 503,
    errors.Overtaken: 409,
    errors.KeyRunning: 409,
    errors.KeyReused: 422,
    InsufficientCredit: 402,
    OverBudget: 402,
    Owes: 402,
    HoldClosed: 409,
    HoldExpired: 409,
    AlreadyImported: 409,
    MonthSigned: 409,
    BadBudget: 422,
    Http404: 404,
    PermissionDenied: 403,
    RequestDataTooBig: 413,
    SuspiciousOperation: 400,
    OperationalError: 503,
    InterfaceError: 503,
    InspectorDown: 503,
}
TYPES = {
    401: "authentication_error",
    402: "payment_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "server_error",
}
MONEY = {
    InsufficientCredit: ("insufficient_credit", "add credit and send it again"),
    OverBudget: ("over_budget", "ask whoever sets the budgets, or wait until it is whole again"),
    Owes: ("owes", "add credit and send it again"),
}
RETRY_SECONDS = "2"
BROKEN = (
    "Something broke on our side, and it is in our logs under this request_id. Send it again under the same "
    "Idempotency-Key: it is then done and charged once at most."
)
UNTOUCHED = "Nothing was kept or charged."


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer an exception in the API's one shape; one that nobody foresaw is logged and answers 500."""
    status = status_of(error)
    if status >= 500:  # noqa: PLR2004
        log.error("the API failed", exc_info=error)
    code, message, param = _words(error, status)
    body = {
        "type": TYPES.get(status, "invalid_request_error"),
        "code": _whole(code),
        "message": _whole(message),
        "param": _whole(param) if param else None,
        "request_id": getattr(context["request"], "request_id", None),
    }
    answer = Response({"error": body}, status=status)
    if challenge := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = challenge
    if status == 503:  # noqa: PLR2004
        answer["Retry-After"] = RETRY_SECONDS
    return answer


def status_of(error: Exception) -> int:
    """Give the status for an error: its class's, or its nearest ancestor's."""
    if isinstance(error, ValidationError):
        return 422
    if isinstance(error, APIException):
        return int(error.status_code)
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def _words(error: Exception, status: int) -> tuple[str, str, str | None]:
    """Give code, message and param."""
    match error:
        case errors.EditorError():
            return error.code, error.message, error.param
        case InsufficientCredit() | OverBudget() | Owes():
            code, advice = MONEY[type(error)]
            return code, f"{error} Nothing was charged; {advice}.", None
        case BadBudget() | ValidationError():
            return _bad_field(error)
        case NotAuthenticated():
            return "missing_key", "Send an API key of your workspace: `Authorization: Bearer pnt_live_…`.", None
        case APIException():
            return str(error.get_codes()), f"{error.detail} {UNTOUCHED}", None
        case _:
            return _foreign(status)


def _bad_field(error: BadBudget | ValidationError) -> tuple[str, str, str | None]:
    if isinstance(error, BadBudget):
        return "invalid", f"{error} {UNTOUCHED}", error.field
    param, text = _first(error.detail)
    return "invalid", f"{param} {text} {UNTOUCHED}", param.partition("[")[0]


def _foreign(status: int) -> tuple[str, str, str | None]:
    return {
        400: ("bad_request", f"The request could not be read. {UNTOUCHED}", None),
        403: ("forbidden", f"This is not allowed. {UNTOUCHED}", None),
        404: ("not_found", "There is nothing here.", None),
        413: ("too_large", f"The body is over the limit. {UNTOUCHED}", None),
        503: (
            "unavailable",
            "This cannot be done just now. Send it again in a moment, an edit under the same Idempotency-Key.",
            None,
        ),
    }.get(status) or ("server_error", BROKEN, None)


def _whole(text: str) -> str:
    """Replace halves of characters, which JSON may name but UTF-8 cannot write."""
    return text.encode(errors="replace").decode()


def _first(detail: Any, path: str = "") -> tuple[str, str]:
    """Find the first bad field in DRF's nested detail, as `images[2]` or `metadata`, and what is said of it."""
    match detail:
        case dict():
            key, inner = next((key, inner) for key, inner in detail.items() if inner)
            return _first(inner, path or str(key)) if not isinstance(key, int) else _first(inner, f"{path}[{key}]")
        case list():
            return _first(detail[0], path)
        case _:
            return (
                path,
                "is required."
                if detail.code == "required"
                else "must not be null."
                if detail.code == "null"
                else str(detail),
            )
