"""Promise a price for minutes: a quote that an edit can be sent with."""

from dataclasses import dataclass, replace

from django.utils import timezone

from editor import quotes
from editor.domain import Actor, EditRequest
from editor.limits import check_request
from editor.quotes import Promise
from editor.services.quote_edit import Quote, quote_edit
from editor.services.submit_edit import check_quote

SOME_PROMPT = "a prompt that is still to be written"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise, the id it is known by, and the quote it was made from."""

    id: str
    promise: Promise
    quote: Quote


def promise_price(*, actor: Actor, request: EditRequest, any_prompt: bool = False) -> Promised:
    """Promise what the edit will cost at most; pictures may be URLs or data. Nothing is written.

    With `any_prompt` the promise is kept whatever the prompt says, by the providers that take one so long. Raises
    InvalidInput, NoRoute, PriceTooHigh, Busy for a test without a simulator.
    """
    asked = request if request.prompt or not any_prompt else replace(request, prompt=SOME_PROMPT)
    check_request(asked)
    quote = quote_edit(workspace_id=actor.workspace_id, request=asked, test=actor.is_test, foreseen=True)
    check_quote(asked, quote)
    return promised(actor=actor, request=asked, quote=quote, any_prompt=any_prompt)


def promised(*, actor: Actor, request: EditRequest, quote: Quote, any_prompt: bool) -> Promised:
    """Make a promise of a quote that has a route."""
    promise = Promise(
        workspace_id=actor.workspace_id,
        is_test=actor.is_test,
        asked=quotes.fingerprint(request, any_prompt=any_prompt),
        any_prompt=any_prompt,
        prices={name: unit.price for name, unit in quote.units.items()},
        total=quote.total,
        made_at=timezone.now().replace(microsecond=0),
    )
    return Promised(quotes.sign(promise), promise, quote)
