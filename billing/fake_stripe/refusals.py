"""Errors as Stripe's API gives them (docs.stripe.com/api/errors, read 2026-11)."""

from typing import Any

Thing = dict[str, Any]
DOCS = "https://docs.stripe.com/error-codes/"
IDEMPOTENCY_KEY_BUSY = 409


class Refusal(Exception):
    """An answer that is an error; `more` joins the error object, such as `payment_intent`."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: object,
    ) -> None:
        super().__init__(message)
        self.message, self.status = message, status
        named = {"code": code, "param": param, "doc_url": DOCS + code.replace("_", "-") if code else None}
        told = {name: value for name, value in (named | more).items() if value is not None}
        self.body: Thing = {"error": {"message": message, "type": kind, **told}}


def missing(param: str) -> Refusal:
    """Say that a parameter is needed."""
    return Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown(param: str) -> Refusal:
    """Say that a parameter does not exist."""
    return Refusal(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def no_such(what: str, thing_id: str, param: str) -> Refusal:
    """Say that there is no such object: 404 when the path names it, 400 when a parameter does."""
    status = 404 if param == "id" else 400
    return Refusal(f"No such {what}: '{thing_id}'", status=status, code="resource_missing", param=param)
