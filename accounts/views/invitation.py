"""The page that an invitation's link leads to."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitation_tokens, wall
from accounts.errors import NotFound, Worthless
from accounts.models import Membership, User
from accounts.selectors.invitations import Seen, Standing, read_invitation
from accounts.services.accept_invitation import accept_invitation
from accounts.views.by import by_of
from accounts.views.workspace import remember

STATUS = {
    Standing.OPEN: 200,
    Standing.SIGNED_OUT: 200,
    Standing.UNKNOWN: 404,
    Standing.FOREIGN: 403,
    Standing.UNVERIFIED: 403,
    Standing.USED: 410,
    Standing.REVOKED: 410,
    Standing.EXPIRED: 410,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is offered, or why nothing is; accept it on POST.

    The workspace is named only to whom it is offered: signed in, under the invited address.
    """
    user = request.user if request.user.is_authenticated else None
    wall.open_to_owner("invitation", invitation_tokens.digest(token))
    if request.method == "POST":
        if user is None:
            return redirect_to_login(request.path)
        try:
            member = accept_invitation(token=token, user=user, by=by_of(request))
        except (Worthless, NotFound):
            pass  # the page says why
        else:
            return _inside(request, member)
    return _page(request, token, user)


def _inside(request: HttpRequest, member: Membership) -> HttpResponse:
    remember(request, member.workspace_id)
    messages.success(request, f"You are in {member.workspace.name} now, as {member.role}.")
    return redirect("projects")


def _page(request: HttpRequest, token: str, user: User | None) -> HttpResponse:
    seen = read_invitation(token=token, user=user, now=timezone.now())
    if seen.standing is Standing.SIGNED_OUT and seen.invitation:
        # Whoever has the link reads that mailbox: an account made now needs no other proof of the address.
        get_adapter().stash_verified_email(request, seen.invitation.email)
    context = {"seen": seen, "invitation": seen.invitation, "is_mine": _is_mine(seen, user)}
    return render(request, "accounts/invitation.html", context, status=STATUS[seen.standing])


def _is_mine(seen: Seen, user: User | None) -> bool:
    """Tell whether the reader is who accepted it."""
    return bool(seen.invitation and user and seen.invitation.accepted_by_id == user.id)
