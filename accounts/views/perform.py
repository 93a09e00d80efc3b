"""How an act on a page is answered: done, a bad field, overtaken by somebody else, or not allowed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.errors import AccountsError, LastOwner, MailFailed, NotAllowed, NotFound
from accounts.views.refusal import Refusal


def perform(
    request: HttpRequest,
    work: Callable[[], object],
    *,
    done: str,
    back: str,
    again: Callable[[AccountsError, int], HttpResponse],
) -> HttpResponse:
    """Do it, say so, and go back; what is wrong is shown `again` where it stands, with the status that it gives."""
    try:
        work()
    except NotAllowed as error:
        raise Refusal(error.message) from error
    except NotFound as error:
        raise Http404 from error
    except MailFailed as error:
        messages.warning(request, error.message)
    except LastOwner as error:
        return again(error, 409)
    except AccountsError as error:
        return again(error, 422)
    else:
        messages.success(request, done)
    return redirect(back)
