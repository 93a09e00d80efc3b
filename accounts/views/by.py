"""Who makes a request and from where, as the audit log writes it."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User
from accounts.services.record_audit import By


def by_of(request: HttpRequest) -> By:
    """Name the signed-in user and the address that the proxy we trust saw; None where no address can be told.

    Staff in somebody's place is named beside them.
    """
    user = cast("User", request.user)
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:
        address = None
    in_place = getattr(request, "impersonation", None) if user.id else None
    return By(
        user_id=user.id,
        staff_id=in_place.staff_id if in_place else "",
        name=user.email,
        address=address,
        request_id=getattr(request, "request_id", ""),
    )
