"""Every route there is, read from Django's resolver, and how to fill in its address."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FORGERY = re.compile(rb"(?<=value=\")[A-Za-z0-9]{64}|(?<=X-CSRFToken\": \")[A-Za-z0-9]{64}")
NEW = ("X-Request-ID", "Expires")  # the latter says what time it is
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """A route by its name, by its pattern when it has none."""

    name: str
    pattern: str
    is_ours: bool

    @property
    def places(self) -> list[str]:
        """The names of what is filled in."""
        return [first or second for first, second in PLACE.findall(self.pattern)]

    def address(self, values: Mapping[str, object]) -> str:
        """Fill in; raises KeyError for a place that the matrix has no value for."""
        filled = PLACE.sub(lambda found: quote(str(values[found[1] or found[2]]), safe=""), self.pattern)
        return "/" + filled.replace("^", "").replace("$", "").replace("\\", "")


def routes() -> list[Route]:
    """Give all of them."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, before: str) -> Iterator[Route]:
    for part in resolver.url_patterns:
        pattern = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from _walk(part, pattern)
        elif isinstance(part, URLPattern):
            view = getattr(part.callback, "view_class", part.callback)
            yield Route(str(part.name or pattern), pattern, is_ours=not view.__module__.startswith("allauth."))


def scrubbed(response: Any, filled: Mapping[str, object]) -> tuple[int, dict[str, str], bytes]:
    """Give all of an answer but what is new in each: the request's id, tokens against forgery, its own address."""
    request_id = response.headers.get("X-Request-ID", "")
    headers = {name: value for name, value in response.headers.items() if name not in NEW}
    if "Location" in headers:
        for place, value in filled.items():
            headers["Location"] = re.sub(f"(?<=/|F){re.escape(str(value))}(?=/|%2F)", place, headers["Location"])
    body = b"".join(response.streaming_content) if response.streaming else response.content
    cookies = dict.fromkeys(("cookie " + name for name in response.cookies if name != "csrf"), "")
    return response.status_code, headers | cookies, FORGERY.sub(b"", body.replace(request_id.encode(), b""))
