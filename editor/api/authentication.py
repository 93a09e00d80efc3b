"""Who calls the API: a key of a workspace, in the Authorization header and nowhere else."""

from dataclasses import dataclass

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from structlog.contextvars import bind_contextvars

from accounts.api_keys import PREFIX
from accounts.selectors import live_key
from editor.domain import Actor

SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a live key, who may do everything in its workspace."""

    actor: Actor
    is_authenticated: bool = True


class BearerAuthentication(BaseAuthentication):
    """Read `Authorization: Bearer pnt_live_…`; cookies count for nothing here."""

    def authenticate(self, request: Request) -> tuple[Caller, str] | None:
        """Find the caller with one query; None without a key, AuthenticationFailed with a bad one."""
        if PREFIX in request.META.get("QUERY_STRING", ""):
            raise AuthenticationFailed(
                "A key in an address ends up in logs: send it in the Authorization header, and replace this one.",
                code="key_in_address",
            )
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        found = live_key(key.strip()) if scheme.lower() == SCHEME else None
        if found is None:
            raise AuthenticationFailed(
                "The API key is mistyped, unknown or revoked. Send `Authorization: Bearer pnt_live_…`.", code="bad_key"
            )
        bind_contextvars(workspace_id=found.workspace_id)
        return Caller(Actor(workspace_id=found.workspace_id, api_key_id=found.id)), found.id

    def authenticate_header(self, request: Request) -> str:
        """Give the `WWW-Authenticate` header of a 401."""
        return 'Bearer realm="Pentimento"'
