"""A secret on its way to the page that shows it, this once: loading that page again neither shows nor makes one.

On the way it lies in the session, sealed, and is good for ten minutes.
"""

from cryptography.fernet import InvalidToken
from django.http import HttpRequest

from accounts.sealing import cipher

SECONDS = 600
PURPOSE = "shown once"
SESSION_KEY = "shown_once"


def keep(request: HttpRequest, *, of: str, secret: str) -> None:
    """Keep the secret of what has this id for the next page; one that was kept before and never shown is gone."""
    request.session[SESSION_KEY] = cipher(PURPOSE).encrypt(f"{of} {secret}".encode()).decode()


def take(request: HttpRequest, *, of: str) -> str:
    """Give the secret that was kept for what has this id, and forget it; empty when there is none."""
    if request.method != "GET" or SESSION_KEY not in request.session:
        return ""
    try:
        opened = cipher(PURPOSE).decrypt(request.session[SESSION_KEY].encode(), ttl=SECONDS)
    except InvalidToken:
        del request.session[SESSION_KEY]
        return ""
    owner, _, secret = opened.decode().partition(" ")
    if owner != of:
        return ""
    del request.session[SESSION_KEY]
    return secret
