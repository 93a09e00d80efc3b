"""The staff's door: the same as everybody's, and a second factor on top."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts import wall

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def is_staff(request: HttpRequest) -> bool:
    """Tell whether somebody on the staff is signed in."""
    user = request.user
    return bool(user.is_authenticated and user.is_active and user.is_staff)


def gave_second_factor(request: HttpRequest) -> bool:
    """Tell whether this very session was opened with a passkey, or with a code besides the password; no query."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def staff_with_mfa(view: View[P]) -> View[P]:
    """Let only staff in, and only with a second factor in this session. To others the address is a missing one.

    Staff without a second factor are sent to set one up; with one that this session was not opened with, to give it.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_staff(request):
            raise Http404
        if not gave_second_factor(request):
            return to_second_factor(request)
        wall.open_everywhere()
        return view(request, *args, **kwargs)

    return cast("View[P]", wrapped)


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """Send staff to give their second factor, or to set one up; htmx has the whole page go there."""
    ways = [way for way in get_adapter().get_reauthentication_methods(request.user) if way["id"].startswith("mfa_")]
    if ways:
        there = f"{ways[-1]['url']}?{urlencode({'next': _page(request)})}"  # a passkey is named last
    else:
        messages.warning(request, "The staff's pages need a second factor. Add a passkey or an authenticator app here.")
        there = reverse("mfa_index")
    return HttpResponseClientRedirect(there) if getattr(request, "htmx", False) else redirect(there)


def _page(request: HttpRequest) -> str:
    """Give the page to come back to: never what was posted to."""
    if getattr(request, "htmx", False):
        return request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
    return request.get_full_path() if request.method in ("GET", "HEAD") else "/staff/"
