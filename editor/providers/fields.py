"""Single fields of a provider's JSON, opened without trust: what is not as it should be gives nothing."""

import base64
import json
import re

from editor.providers.base import CallbackHint
from editor.providers.errors import MESSAGE_CHARACTERS

TICKET_CHARACTERS = 200  # what an attempt's row holds
COST_CHARACTERS = 40
WORD_CHARACTERS = 60
TICKET_NAMES = ("job_id", "taskId", "task_id", "id")

# The words the resellers use for a job that has ended; every other word means that it runs, until the deadline.
SUCCEEDED = frozenset({"success", "succeeded", "completed", "done", "ready"})
FAILED = frozenset({"fail", "failed", "error", "cancelled", "canceled", "timeout", "expired"})

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def first_text(*candidates: object) -> str:
    """Give the first text, or `message` of an object, that says something: printable, cut to 500 characters."""
    for candidate in candidates:
        match candidate:
            case str(text) | {"message": str(text)} if said := _UNPRINTABLE.sub(" ", text[:MESSAGE_CHARACTERS]).strip():
                return said
    return ""


def word(value: object) -> str:
    """Give a code or status, be it a number or a word, in small letters; empty for what is neither."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return first_text(text)[:WORD_CHARACTERS].lower()


def ticket(value: object) -> str:
    """Give a provider's name for a job; empty for what can be none."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if len(text) <= TICKET_CHARACTERS and text.isascii() and text.isprintable() else ""


def cost(value: object) -> str:
    """Give a reported cost as it was written, empty for what can be none; it is checked before anyone believes it."""
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return text if len(text) <= COST_CHARACTERS and text.isascii() and text.isprintable() else ""


def urls(values: object) -> tuple[str, ...]:
    """Give the http(s) addresses out of a list of texts or of objects with a `url`; the rest is passed over."""
    found: list[str] = []
    for value in values if isinstance(values, list) else []:
        match value:
            case {"url": str(url)} | str(url) if url.startswith(("https://", "http://")) and url.isprintable():
                found.append(url)
    return tuple(found)


def inline(value: object) -> bytes:
    """Give the picture that came as base64, with or without the head of a `data:` URI; empty for what is none."""
    text = value if isinstance(value, str) else ""
    if text.startswith("data:"):
        text = text.rpartition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""


def callback_hint(body: bytes) -> CallbackHint:
    """Read a job's name out of what was posted to a callback URL; anyone may have sent it, so it never raises."""
    try:
        opened = json.loads(body)
    except (ValueError, RecursionError):
        return CallbackHint()
    places = (opened.get("data"), opened) if isinstance(opened, dict) else ()
    named = (place.get(name) for place in places if isinstance(place, dict) for name in TICKET_NAMES)
    return CallbackHint(ticket=next(filter(None, map(ticket, named)), ""))
