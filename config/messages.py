"""Messages for the next page, in a cookie of this host only: a session would have to be written for each."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Messages(CookieStorage):
    """Django's own, signed, under a name that browsers take over https from this very host alone."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        """Name the cookie."""
        return "__Host-messages" if settings.SESSION_COOKIE_SECURE else "messages"
