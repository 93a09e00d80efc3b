"""Where one is signed in, and signing out there."""

from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.selectors.ways_in import open_sessions


@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List the places."""
    found = open_sessions(cast("User", request.user), current=request.session.session_key or "")
    return render(request, "accounts/sessions.html", {"sessions": found})


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out at one place, at once; somebody else's session is answered like a missing one."""
    session = get_object_or_404(UserSession, id=session_id, user=request.user)
    if session.session_key == request.session.session_key:
        logout(request)
        session.delete()
        return redirect("account_login")
    session.end()
    messages.success(request, "Signed out there.")
    return redirect("usersessions_list")


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key or "")
    keys = list(others.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    others.delete()
    messages.success(request, "Signed out everywhere else.")
    return redirect("usersessions_list")
