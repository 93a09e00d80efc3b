"""How one signs in: password, passkeys, authenticator app, recovery codes, connected accounts, sessions."""

from typing import cast

from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.selectors.ways_in import open_sessions, ways_in

FEW_CODES = 3


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Show every way into the account."""
    user = cast("User", request.user)
    ways = ways_in(user)
    elsewhere = [provider.name for provider in registry.get_class_list()]
    context = {
        "ways": ways,
        "protected": bool(ways.passkeys or ways.app),
        "few_codes": (ways.codes_left or 0) < FEW_CODES,
        "session_count": len(open_sessions(user, current=request.session.session_key or "")) or 1,
        "elsewhere": elsewhere,
        "connected": list(SocialAccount.objects.filter(user=user).values_list("provider", flat=True))
        if elsewhere
        else [],
    }
    return render(request, "accounts/security.html", context)
