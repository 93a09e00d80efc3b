"""How what staff do is answered."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.views.staff import StaffRequest
from editor.errors import InvalidInput, NotFound, Overtaken


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
