"""Look at the quote that an edit was sent with."""

from django.utils import timezone

from editor import quotes
from editor.domain import Actor, EditRequest
from editor.errors import QuoteVoid
from editor.quotes import Promise


def take_up_promise(*, actor: Actor, request: EditRequest) -> Promise | None:
    """Give what was promised for this request; None when it was sent with no quote. Pictures as they were written.

    Raises QuoteVoid for one that is not ours, of another workspace, of a test for a live key or the other way round,
    of another request, or too old. A quote is a price, not a voucher: it may be used more than once.
    """
    if not request.quote:
        return None
    promise = quotes.read(request.quote)
    if promise.workspace_id != actor.workspace_id:
        raise QuoteVoid(quotes.NOT_OURS, code="quote_invalid")  # as if we had never given it
    if promise.is_test != actor.is_test:
        kinds = ("test", "live") if promise.is_test else ("live", "test")
        raise QuoteVoid("quote was given to a {} key, and this is a {} one.".format(*kinds), code="quote_mismatch")
    if promise.asked != quotes.fingerprint(request, any_prompt=promise.any_prompt):
        raise QuoteVoid(
            "quote is for another request: something that decides price or route differs.", code="quote_mismatch"
        )
    if timezone.now() >= promise.until:
        raise QuoteVoid(f"quote held until {promise.until:%H:%M:%S} UTC; that is over.", code="quote_expired")
    return promise
