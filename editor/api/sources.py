"""Turn the pictures of a request into image ids: those given by URL or as data are fetched and stored first."""

from collections.abc import Iterable
from dataclasses import replace

from editor.domain import Actor, EditRequest
from editor.images.store import discard
from editor.models import Image
from editor.services.fetch_images import fetch_images


def has_foreign(request: EditRequest) -> bool:
    """Tell whether a picture is given by URL or as data."""
    return not all(_is_id(source) for source in request.images)


def bring_in(request: EditRequest, *, actor: Actor) -> tuple[EditRequest, list[Image]]:
    """Give the request with ids only, and the images that were stored for it; the same source is fetched once.

    Raises what `fetch_images` raises, and then nothing is kept.
    """
    first = {source: f"images[{request.images.index(source)}]" for source in request.images if not _is_id(source)}
    asked = {param: source for source, param in first.items()}
    stored = fetch_images(actor=actor, sources=asked, project_id=request.project) if asked else []
    ids = dict(zip(first, (image.id for image in stored), strict=True))
    return replace(request, images=tuple(ids.get(source, source) for source in request.images)), stored


def throw_away(images: Iterable[Image]) -> None:
    """Take back what was stored for an edit that was not accepted."""
    for image in images:
        discard(image)


def _is_id(source: str) -> bool:
    return source.startswith("img_")
