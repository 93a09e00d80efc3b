"""Refuse an edit that cannot be accepted, before its pictures are fetched."""

from dataclasses import replace

from billing import facade
from editor.domain import MATCH_INPUT, Actor, EditRequest
from editor.errors import InvalidInput
from editor.limits import check_request
from editor.models import Image
from editor.selectors.shelves import check_project
from editor.services.quote_edit import quote_edit
from editor.services.submit_edit import check_quote


def foresee_edit(*, actor: Actor, request: EditRequest) -> None:
    """Raise what `submit_edit` would raise whatever the pictures are that have no id yet; changes nothing.

    A picture with an id stands in for those without. The first one's shape may decide who is able, so the least that
    an able provider asks is what is looked for.
    """
    check_request(request)
    check_project(workspace_id=actor.workspace_id, project_id=request.project)
    quote = quote_edit(
        workspace_id=actor.workspace_id, request=_with_ids(request, actor.workspace_id), test=actor.is_test
    )
    least = request.n * min((unit.price for unit in quote.units.values()), default=0)
    check_quote(request, replace(quote, total=least))
    available = facade.balance(actor.workspace_id).available
    if available < least and not actor.is_test:
        raise facade.InsufficientCredit(needed=least, available=available)


def _with_ids(request: EditRequest, workspace_id: str) -> EditRequest:
    """Put pictures that are there in the places of those that have no id yet; raises InvalidInput for a missing id."""
    asked = [source for source in request.images if _is_id(source)]
    there = set(Image.objects.filter(workspace_id=workspace_id, id__in=asked).values_list("id", flat=True))
    missing = next((source for source in asked if source not in there), None)
    if missing:
        param = f"images[{request.images.index(missing)}]"
        raise InvalidInput(f"{param} names no image of this workspace. Nothing was kept or charged.", param=param)
    stand_in = asked[:1]
    images = [image for source in request.images for image in ([source] if _is_id(source) else stand_in)]
    guessed = request.aspect_ratio == MATCH_INPUT and not _is_id(request.images[0])
    return replace(request, images=tuple(images), aspect_ratio="1:1" if guessed else request.aspect_ratio)


def _is_id(source: str) -> bool:
    return source.startswith("img_")
