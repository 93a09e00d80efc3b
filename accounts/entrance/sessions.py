"""Sessions that end: after a while without use, and at the latest some time after signing in.

An engine rather than a middleware, so that no door can forget to ask.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db

BEGAN, SEEN = "began_at", "seen_at"


class SessionStore(db.SessionStore):
    """Django's sessions in the database, with an idle and an absolute end; when last used is kept coarsely."""

    def load(self) -> dict[str, Any]:
        """Read the session; one past its end is deleted, and its reader a stranger."""
        data: dict[str, Any] = super().load()
        if not data:
            return data
        now = time.time()
        if is_over(data, now):
            self.delete(self.session_key)
            self._session_key = None
            return {}
        if now - data.get(SEEN, 0) > settings.SESSION_SEEN_EVERY:
            data[SEEN] = now
            data.setdefault(BEGAN, now)  # in place of another user's session Django makes one without cycle_key
            self.modified = True
        return data

    def cycle_key(self) -> None:
        """Take a new id, as at every sign-in, and begin to count anew."""
        super().cycle_key()
        self[BEGAN] = self[SEEN] = time.time()


def is_over(data: dict[str, Any], now: float) -> bool:
    """Tell whether a session's time is up; one from before we counted is judged by its next sign-in."""
    idle = now - data.get(SEEN, now) > settings.SESSION_IDLE_SECONDS
    return bool(idle or now - data.get(BEGAN, now) > settings.SESSION_COOKIE_AGE)
