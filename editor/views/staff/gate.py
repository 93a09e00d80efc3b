"""Who may enter the staff's pages, and how what they do there is answered."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django_htmx.middleware import HtmxDetails

from accounts.entrance.staff import staff_with_mfa
from accounts.models import User
from editor.errors import InvalidInput, NotFound, Overtaken

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


def perform(
    request: StaffRequest,
    work: Callable[[], object],
    *,
    done: str,
    back: str,
    again: Callable[[InvalidInput], HttpResponse],
) -> HttpResponse:
    """Do it, say so, and go back; a bad field is shown `again` where it stands."""
    try:
        work()
    except InvalidInput as error:
        return again(error)
    except Overtaken as error:
        messages.warning(request, error.message)
    except NotFound as error:
        raise Http404 from error
    else:
        messages.success(request, done)
    return redirect(back)
