"""How a user can sign in, and where they are signed in now."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User


@dataclass(frozen=True, slots=True)
class WaysIn:
    """A user's second factors; `codes_left` is None without recovery codes."""

    passkeys: tuple[Authenticator, ...]
    app: Authenticator | None
    codes_left: int | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A place where a user is signed in; `seen_at` is right to a few minutes."""

    id: int
    is_current: bool
    address: str
    browser: str
    began_at: datetime
    seen_at: datetime


def ways_in(user: User) -> WaysIn:
    """Read a user's second factors; one query."""
    found = list(Authenticator.objects.filter(user=user).order_by("created_at", "id"))
    codes = next((one for one in found if one.type == Authenticator.Type.RECOVERY_CODES), None)
    return WaysIn(
        passkeys=tuple(one for one in found if one.type == Authenticator.Type.WEBAUTHN),
        app=next((one for one in found if one.type == Authenticator.Type.TOTP), None),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
    )


def open_sessions(user: User, *, current: str) -> list[OpenSession]:
    """List where a user is signed in, the one in use first, then by last use; two queries however many there are."""
    noted = {one.session_key: one for one in UserSession.objects.filter(user=user)}
    rows = Session.objects.filter(session_key__in=noted, expire_date__gt=timezone.now())
    found = []
    for row in rows:
        data = row.get_decoded()
        if not constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            continue  # from before the password was changed
        note = noted[row.session_key]
        seen = data.get("seen_at", note.last_seen_at.timestamp())
        if time.time() - seen > settings.SESSION_IDLE_SECONDS:
            continue
        when = datetime.fromtimestamp(seen, UTC)
        here = row.session_key == current
        found.append(OpenSession(note.id, here, note.ip, note.user_agent, note.created_at, when))
    return sorted(found, key=lambda one: (one.is_current, one.seen_at), reverse=True)
