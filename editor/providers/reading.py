"""What is the same in reading every provider's replies: HTTP status first, then JSON, then which kind of refusal."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from editor.providers import fields
from editor.providers.base import HttpResponse
from editor.providers.errors import (
    ContentRefused,
    ImageUnfetchable,
    JobFailed,
    OutcomeUnknown,
    OutOfCredit,
    ProviderError,
    RateLimited,
    Rejected,
    Unreadable,
)
from editor.providers.retry_after import retry_after

OK = range(200, 300)
REFUSED = range(400, 500)
# Refusals in form only: another request may have been taken, or this one may still be.
REFUSED_PERHAPS = frozenset({408, 409, 499})
RATE_LIMITED = 429
KEY_OR_CREDIT = frozenset({401, 402})

_CONTENT = re.compile(
    r"sensitive ?content|sensitive information|nsfw|moderat|content[ _-]?(policy|filter|safety|risk)"
    r"|safety (system|filter|check)|prohibited content|inappropriate content|risk ?detection",
    re.IGNORECASE,
)
_FETCH = re.compile(
    r"(could ?n[o']t|can ?not|can't|failed to|unable to|error) (be )?(fetch|download|load|access|retriev|read)\w*"
    r"( \w+){0,4} (images?|image_urls?|pictures?|urls?|files?)\b"
    r"|(image|url|picture)s?\b.{0,40}\b(not|cannot|could not) (be )?(accessible|reachable|download|fetch|load)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(insufficient|not enough|no|low) (account )?(balance|credits?|funds)|balance.{0,20}(insufficient|not enough)"
    r"|top ?up|overdue|out of credits?",
    re.IGNORECASE,
)


def open_json(response: HttpResponse) -> dict[str, object]:
    """Give the object a reply holds; one that holds none is sorted by its HTTP status, Unreadable under 2xx."""
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return body
    check_status(response)
    raise Unreadable("the reply is not a JSON object")


def refuse(response: HttpResponse, *, status: int, message: str, code: str = "") -> NoReturn:
    """Raise the refusal that a 4xx is, come by HTTP or by envelope: by its number first, then by what it says."""
    if status == RATE_LIMITED:
        raise RateLimited(message, code=code, retry_after=retry_after(response.headers))
    if status in KEY_OR_CREDIT:
        raise OutOfCredit(message, code=code)
    if _CONTENT.search(message) or _CONTENT.search(code):
        raise ContentRefused(message, code=code)
    if _FETCH.search(message):
        raise ImageUnfetchable(message, code=code)
    if _CREDIT.search(message):
        raise OutOfCredit(message, code=code)
    raise Rejected(message, code=code)


def check_status(response: HttpResponse, *, message: str = "", code: str = "") -> None:
    """Raise for every reply that is not 2xx; redirects and 5xx leave the outcome unknown."""
    if response.status in OK:
        return
    code = code or f"http_{response.status}"
    message = message or f"HTTP {response.status}"
    if response.status in REFUSED and response.status not in REFUSED_PERHAPS:
        refuse(response, status=response.status, message=message, code=code)
    raise OutcomeUnknown(message, code=code, retry_after=retry_after(response.headers))


@contextmanager
def only_this_poll() -> Iterator[None]:
    """Let a refused poll (404: no such job, not yet or not any more) say nothing of the job: it is OutcomeUnknown.

    401, 402 and 429 keep their class.
    """
    try:
        yield
    except (RateLimited, OutOfCredit):
        raise
    except Rejected as refusal:
        raise OutcomeUnknown(refusal.message, code=refusal.code) from None


def check_job(ticket: str, *named: object) -> None:
    """Raise Unreadable for a reply that names another job than the one asked after; one that names none will do."""
    if any(name != ticket for name in map(fields.ticket, named) if name):
        raise Unreadable("the reply is about another job")


def failure(message: str) -> ProviderError:
    """Give the error that ends an accepted job, by what its provider says of it."""
    if _CONTENT.search(message):
        return ContentRefused(message, code="content_refused")
    if _FETCH.search(message):
        return ImageUnfetchable(message, code="image_unfetchable")
    return JobFailed(message or "the provider gave no reason", code="job_failed")
