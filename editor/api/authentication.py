"""Who calls the API: a key of a workspace, in the Authorization header and nowhere else."""

from dataclasses import dataclass, field

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from structlog.contextvars import bind_contextvars

from accounts.api_keys import PREFIX, TEST_PREFIX
from accounts.key_terms import may_come_from
from accounts.models import ApiKey
from accounts.selectors.keys import opening_key
from accounts.services.note_key_use import note_key_use
from accounts.services.record_audit import By
from accounts.views.address import address_of
from editor.domain import Actor

SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a live key: for which workspace it acts, what it may be used for, how the audit log names it."""

    actor: Actor
    scopes: tuple[str, ...] = ()
    by: By = field(default_factory=By)
    is_authenticated: bool = True


class BearerAuthentication(BaseAuthentication):
    """Read `Authorization: Bearer pnt_live_…` or `pnt_test_…`; cookies count for nothing here."""

    def authenticate(self, request: Request) -> tuple[Caller, str] | None:
        """Find the caller and open the wall by one query, once a minute note the use by another; None without a key.

        Raises AuthenticationFailed with a bad key, PermissionDenied where the key may not be used from.
        """
        asked = request.META.get("QUERY_STRING", "")
        if PREFIX in asked or TEST_PREFIX in asked:
            raise AuthenticationFailed(
                "A key in an address ends up in logs: send it in the Authorization header, and replace this one.",
                code="key_in_address",
            )
        scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        key = opening_key(presented.strip()) if scheme.lower() == SCHEME else None
        if key is None:
            raise AuthenticationFailed(
                "The API key is mistyped, unknown, expired or revoked. Send `Authorization: Bearer pnt_live_…`.",
                code="bad_key",
            )
        bind_contextvars(workspace_id=key.workspace_id)
        caller = _caller(key, request._request)  # noqa: SLF001 (Django's own, as the proxy count is read from it)
        note_key_use(key)
        return caller, key.id

    def authenticate_header(self, request: Request) -> str:
        """Give the `WWW-Authenticate` header of a 401."""
        return 'Bearer realm="Pentimento"'


def _caller(key: ApiKey, request: HttpRequest) -> Caller:
    address = address_of(request)
    if not may_come_from(key.allowed_ips, address):
        raise PermissionDenied(
            f"This key may not be used from {address or 'an unknown address'}. Call from one of the networks on its "
            "list, or make a key with another list.",
            code="address_not_allowed",
        )
    by = By(api_key_id=key.id, name=key.name, address=address, request_id=getattr(request, "request_id", ""))
    actor = Actor(workspace_id=key.workspace_id, api_key_id=key.id, is_test=key.is_test)
    return Caller(actor, tuple(key.scopes), by)
