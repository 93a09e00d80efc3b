"""The inbox's page: to be had only where letters are kept, which is the demonstration."""

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config.inbox.letters import letter, newest

# A letter brings its own style and nothing else, and the frame it stands in is a stranger to us.
LETTER = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups"


@require_safe
@csp_update({"frame-src": ["'self'"]})
def inbox(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """List the letters, and show one: the newest unless another is chosen."""
    _only_in_the_demonstration()
    letters = newest()
    shown = (letters[0] if letters else None) if number is None else letter(number)
    if number is not None and shown is None:
        raise Http404
    return render(request, "inbox/inbox.html", {"letters": letters, "shown": shown})


@require_safe
@xframe_options_sameorigin
def inbox_letter(request: HttpRequest, number: int) -> HttpResponse:  # noqa: ARG001
    """Give a letter's HTML by itself, to be framed."""
    _only_in_the_demonstration()
    shown = letter(number)
    if shown is None or not shown.html:
        raise Http404
    return HttpResponse(shown.html, headers={"Content-Security-Policy": LETTER})


def _only_in_the_demonstration() -> None:
    if not settings.DEMO_INBOX:
        raise Http404
