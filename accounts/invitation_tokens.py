"""Tokens of invitations: 256 random bits in a link, of which only the SHA-256 is kept."""

import hashlib
import re
import secrets
from datetime import timedelta

LIFETIME = timedelta(days=7)
_SHAPE = re.compile(r"[\w-]{43}", re.ASCII)


def mint() -> str:
    """Make a token of 43 characters."""
    return secrets.token_urlsafe(32)


def looks_right(token: str) -> bool:
    """Tell whether this could be a token, without asking the database."""
    return _SHAPE.fullmatch(token) is not None


def digest(token: str) -> str:
    """Give what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
