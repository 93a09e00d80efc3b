"""Refuse an edit that cannot be accepted, before its pictures are fetched."""

from dataclasses import replace

from billing import facade
from editor.domain import Actor, EditRequest
from editor.limits import check_request
from editor.quotes import Promise
from editor.selectors.shelves import check_project
from editor.services.quote_edit import quote_edit
from editor.services.submit_edit import check_quote


def foresee_edit(*, actor: Actor, request: EditRequest, promise: Promise | None = None) -> None:
    """Raise what `submit_edit` would raise whatever the pictures are that have no id yet; changes nothing.

    The first one's shape may decide who is able, so the least that an able provider asks is what is looked for.
    """
    check_request(request)
    check_project(workspace_id=actor.workspace_id, project_id=request.project)
    quote = quote_edit(
        workspace_id=actor.workspace_id, request=request, test=actor.is_test, promise=promise, foreseen=True
    )
    least = request.n * min((unit.price for unit in quote.units.values()), default=0)
    check_quote(request, replace(quote, total=least))
    available = facade.balance(actor.workspace_id).available
    if available < least and not actor.is_test:
        raise facade.InsufficientCredit(needed=least, available=available)
