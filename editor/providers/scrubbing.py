"""What is kept of an exchange with a provider as evidence: no key, no prompt, no picture, no address that opens one."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from editor.providers.base import HttpResponse

HEADERS = frozenset(
    {
        "content-type", "date", "retry-after", "x-request-id", "x-request-cost", "x-idempotent-replay",
        "x-inference-id", "x-client-request-id", "x-aimlapi-credits-used", "x-aimlapi-usd-spent",
    }
)  # fmt: skip
TRACE = "x-inference-id"  # AI/ML API's name for what it charges
SECRET = frozenset({"prompt", "b64_json", "param"})  # Apikley's `param` is the order again
DEPTH, ITEMS, TEXT, BODY = 6, 20, 300, 4000
LARGEST = 2**53

_URL = re.compile(r"(?P<scheme>https?://)([^/\s\"'?#]*@)?(?P<host>[^/\s\"'?#@]*)[^\s\"']*", re.IGNORECASE)
_DATA = re.compile(r"data:[a-z/+.-]{0,40}[;,][^\s\"']*", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def scrub_sent(payload: object) -> Any:
    """Give a body as it was sent, with hosts instead of addresses and lengths instead of words."""
    return _scrub(payload, DEPTH)


def scrub_reply(what: str, response: HttpResponse) -> dict[str, Any]:
    """Give what answered `what` (submit, poll, look_up): status, the headers that matter, and its body."""
    headers = {name: _text(value) for name, value in response.headers.items() if name in HEADERS}
    try:
        body = _scrub(json.loads(response.body), DEPTH)
        if len(json.dumps(body)) > BODY:
            body = _text(json.dumps(body))
    except (ValueError, RecursionError):
        body = _text(response.body[: 4 * TEXT].decode("utf-8", "replace"))
    return {"what": what, "status": response.status, "headers": headers, "body": body}


def trace(said: Sequence[Mapping[str, Any]]) -> str:
    """Give the provider's own name for a request, out of what it answered; empty where it gave none."""
    return next((str(name) for one in reversed(said) if (name := one.get("headers", {}).get(TRACE))), "")


def _scrub(value: object, depth: int) -> Any:
    """Give a value that PostgreSQL takes as JSON: it has no NaN, no endless number and no half characters."""
    match value:
        case dict() if depth:
            return {_text(str(name)): _member(str(name), one, depth) for name, one in list(value.items())[:ITEMS]}
        case list() if depth:
            return [_scrub(one, depth - 1) for one in value[:ITEMS]]
        case str():
            return _opened(value, depth)
        case int() | float() if math.isfinite(value) and abs(value) < LARGEST:
            return value
    return None if value is None else _text(str(value))


def _member(name: str, value: object, depth: int) -> Any:
    if name.lower() in SECRET and isinstance(value, str):
        return f"({len(value)} characters)"
    return _scrub(value, depth - 1)


def _opened(text: str, depth: int) -> Any:
    """Scrub a text; one that is JSON itself, as some replies hold, is opened first."""
    if text[:1] in {"{", "["} and depth > 1:
        try:
            return _scrub(json.loads(text), depth - 1)
        except (ValueError, RecursionError):
            pass
    return _text(text)


def _text(text: str) -> str:
    clean = _DATA.sub("data:…", _URL.sub(r"\g<scheme>\g<host>/…", _UNPRINTABLE.sub(" ", text)))
    return clean if len(clean) <= TEXT else f"{clean[:TEXT]}…"
