"""What the composer's button says: the price, or why there is none."""

from dataclasses import dataclass, replace

from billing import facade
from editor.domain import Actor, EditRequest, Resolution
from editor.errors import EditorError
from editor.limits import check_request
from editor.routing import Verdict
from editor.services.promise_price import SOME_PROMPT, promised
from editor.services.quote_edit import Quote, quote_edit


@dataclass(frozen=True, slots=True)
class Price:
    """`total` in µ$ when the edit can be run; otherwise `obstacle` says why not, `reasons` provider by provider.

    `quote` promises the total. `no_4k` says why 4K cannot be had, empty when it can; `short` is the credit available
    when it does not suffice.
    """

    n: int = 1
    total: int | None = None
    quote: str = ""
    obstacle: str = ""
    reasons: tuple[Verdict, ...] = ()
    providers: int = 0
    no_4k: str = ""
    short: int | None = None


def price_of(*, actor: Actor, request: EditRequest) -> Price:
    """Price what stands in the composer, for 4K too, against the credit there is.

    The quote holds for any prompt, since one is still being written while its price stands on the button.
    """
    workspace_id = actor.workspace_id
    if not request.images:
        return Price(n=request.n, obstacle="Choose a picture to start from.")
    asked = replace(request, prompt=request.prompt or SOME_PROMPT, max_price=None)
    try:
        check_request(asked)
        quote = quote_edit(workspace_id=workspace_id, request=asked)
        in_4k = quote_edit(workspace_id=workspace_id, request=replace(asked, resolution=Resolution.FOUR_K))
    except EditorError as error:
        return Price(n=request.n, obstacle=error.message)
    no_4k = "" if in_4k.route else _why_not(in_4k, instead=quote)
    if not quote.route:
        return Price(n=request.n, obstacle="No provider can do this.", reasons=tuple(quote.verdicts), no_4k=no_4k)
    available = facade.balance(workspace_id).available
    return Price(
        n=request.n,
        total=quote.total,
        quote=promised(actor=actor, request=asked, quote=quote, any_prompt=True).id,
        providers=len(quote.route),
        no_4k=no_4k,
        short=available if available < quote.total else None,
    )


def _why_not(wished: Quote, *, instead: Quote) -> str:
    """Say what keeps those who could do the one from the other; all of them where nobody can do either."""
    verdicts = [verdict for verdict in wished.verdicts if verdict.provider in instead.route] or wished.verdicts
    return "; ".join(f"{verdict.provider} {verdict.reason}" for verdict in verdicts)
