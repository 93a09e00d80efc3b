"""The reply of the resellers that put their own code beside HTTP's: `{"code", "msg" | "message", "data"}`."""

from editor.providers import fields, reading
from editor.providers.base import HttpResponse
from editor.providers.errors import OutcomeUnknown, Unreadable

TAKEN = frozenset({"", "0", "200"})  # `code` is absent, the 0 of older pages, or the 200 of newer ones
REFUSED = frozenset({*map(str, reading.REFUSED), "501", "505"})  # 501: generation failed, 505: feature disabled


def open_envelope(response: HttpResponse) -> dict[str, object]:
    """Open a reply that took what was asked; raises for every other one, HTTP status first, then the code.

    A code that refuses sorts as the HTTP status of its number would. 500 and codes nobody has seen leave the outcome
    unknown, and so does an `error` that comes with a code of success.
    """
    body = reading.open_json(response)
    message, code = _reason(body)
    reading.check_status(response, message=message, code=code)
    number = fields.word(body.get("code"))
    if number in REFUSED:
        reading.refuse(response, status=int(number), message=message or f"code {number}", code=code)
    if number not in TAKEN:
        raise OutcomeUnknown(message or f"code {number}", code=code)
    if not number and body.get("code") is not None:
        raise Unreadable("the reply's code is neither a number nor a word")
    if body.get("error"):
        raise OutcomeUnknown(message or "an error that gives no reason", code=code)
    return body


def _reason(body: dict[str, object]) -> tuple[str, str]:
    """Give what a reply says went wrong, and its most telling code; empty for the code of success."""
    data, error = _object(body.get("data")), _object(body.get("error"))
    said = (body.get("error"), data.get("failMsg"), data.get("error_message"))
    message = fields.first_text(*said, body.get("msg"), body.get("message"), body.get("detail"))
    words = map(fields.word, (error.get("code"), data.get("error_code"), body.get("code")))
    return message, next((word for word in words if word not in TAKEN), "")


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
