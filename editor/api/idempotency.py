"""`Idempotency-Key`: read it, and write a body down so that the same request is always the same text."""

import hashlib
import json
import re
from typing import Any

from editor.errors import InvalidInput

CHARACTERS = 255
ALLOWED = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


def read_key(header: str | None) -> str | None:
    """Read the header; raises InvalidInput unless it is 1 to 255 visible ASCII characters."""
    if header is None:
        return None
    if not ALLOWED.fullmatch(header):
        raise InvalidInput(
            f"Idempotency-Key takes 1 to {CHARACTERS} visible ASCII characters. Nothing was kept or charged.",
            param="Idempotency-Key",
        )
    return header


def fingerprint(body: Any) -> str:
    """Give the SHA-256 of a JSON body, whatever the order of its keys and its white space."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
