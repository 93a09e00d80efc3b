"""Take out of a log line what must never be in one: keys, tokens, signed URLs, rows of the database."""

import os
import re
from collections.abc import Mapping
from typing import Any

LONGEST_TEXT = 1000
# Whatever follows one of these in a path is a secret: a callback's token, or a link from a letter.
SECRET_PATHS = ("/cb/", "/accounts/password/reset/key/", "/accounts/confirm-email/", "/invitations/", "/certificates/")
SECRET_VARIABLE = re.compile(r"(_KEY|_KEY_ID|SECRET|PASSWORD|TOKEN)")
SHORTEST_SECRET = 8

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("(" + "|".join(map(re.escape, SECRET_PATHS)) + r")[^\s\"'<>]+"), r"\1…"),
    (re.compile(r"pnt_(live|test)_\w+"), r"pnt_\1_…"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=:-]{6,}", re.IGNORECASE), r"\1 …"),
    (re.compile(r"(?<=://)[^/\s@]+@"), "…@"),
    (re.compile(r"\?[^\s\"'<>]*=[^\s\"'<>]*"), "?…"),
    (re.compile(r"data:[\w/+.-]+;[^\s\"'<>]+"), "data:…"),
)


class Scrubber:
    """A structlog processor that scrubs every text of an event, however deep, and cuts it to a sane length."""

    def __init__(self) -> None:
        """Learn the secrets of the process's environment, to find them wherever they turn up."""
        secrets = [value for name, value in os.environ.items() if SECRET_VARIABLE.search(name)]
        known = sorted({value for value in secrets if len(value) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        """Scrub an event; what is neither text, number, list nor mapping shows only its type, for a `repr` may tell."""
        return {name: self._scrub(value) for name, value in event.items()}

    def text(self, text: str) -> str:
        """Scrub one text."""
        for pattern, replacement in _RULES:
            text = pattern.sub(replacement, text)
        if self._known:
            text = self._known.sub("…", text)
        return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"

    def _scrub(self, value: Any) -> Any:
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                return self.text(value)
            case Mapping():
                return {str(name): self._scrub(part) for name, part in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._scrub(part) for part in value]
            case _:
                return f"<{type(value).__name__}>"
