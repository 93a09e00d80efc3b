"""Who may enter the staff's pages, in whichever room they are."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django_htmx.middleware import HtmxDetails

from accounts.entrance.staff import staff_with_mfa
from accounts.models import User

LARGEST_SKIP = 1_000_000
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class StaffRequest(HttpRequest):
    """A request of somebody on the staff."""

    user: User
    htmx: HtmxDetails


def staff_only(view: Callable[Concatenate[StaffRequest, P], HttpResponse]) -> View[P]:
    """Let only staff in, with their second factor. To everybody else the address is a missing one, whatever they send.

    Forgery is looked at only once it is clear that somebody may know the address at all.
    """
    return csrf_exempt(staff_with_mfa(cast("View[P]", csrf_protect(view))))


def skip_of(request: StaffRequest) -> int:
    """Tell how many rows of a list are skipped; what makes no sense counts as none."""
    text = request.GET.get("skip", "")
    return min(int(text), LARGEST_SKIP) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004
