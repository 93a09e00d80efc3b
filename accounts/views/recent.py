"""Acts that cannot be undone are for whoever has shown lately that it is them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

View = Callable[..., Any]


def recently(*, back: str = "") -> Callable[[View], View]:
    """Send whoever signed in long ago to show that it is them, and then to the page; what was posted is not kept.

    `back` names the page to come to where a view can only be posted to.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                _check(request)
            except ReauthenticationRequired:
                ways = get_adapter().get_reauthentication_methods(request.user)
                there = ways[0]["url"] if ways else reverse("account_login")
                page = reverse(back) if back else request.path
                return redirect(f"{there}?{urlencode({'next': page})}")
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


@reauthentication_required  # type: ignore[untyped-decorator]
def _check(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired when it is long ago."""
