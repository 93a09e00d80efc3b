"""From where a request comes, as far as that can be known."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """Give the address that the proxy we trust saw, IPv4 or IPv6; None where none can be told.

    What callers write into X-Forwarded-For themselves counts for nothing: see ALLAUTH_TRUSTED_PROXY_COUNT.
    """
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None
