"""Reads about people and keys."""

from accounts import api_keys
from accounts.models import ApiKey


def live_key(key: str) -> ApiKey | None:
    """Find the key that was presented; None when mistyped, unknown or revoked."""
    if not api_keys.looks_right(key):
        return None
    found = ApiKey.objects.filter(digest=api_keys.digest(key)).first()
    return found if found and found.revoked_at is None else None
