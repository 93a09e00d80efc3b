"""Turn the pictures of a request into image ids: those given by URL or as data are fetched and stored first."""

from collections.abc import Iterable
from dataclasses import replace

from editor.domain import Actor, EditRequest
from editor.images.store import discard
from editor.models import Image
from editor.services.fetch_image import fetch_image


def has_foreign(request: EditRequest) -> bool:
    """Tell whether a picture is given by URL or as data."""
    return not all(_is_id(source) for source in request.images)


def bring_in(request: EditRequest, *, actor: Actor) -> tuple[EditRequest, list[Image]]:
    """Give the request with ids only, and the images that were stored for it; the same source is fetched once.

    Raises what `fetch_image` raises, and then nothing is kept.
    """
    stored: dict[str, Image] = {}
    try:
        for position, source in enumerate(request.images):
            if not _is_id(source) and source not in stored:
                stored[source] = fetch_image(
                    actor=actor, source=source, param=f"images[{position}]", project_id=request.project
                )
    except Exception:
        throw_away(stored.values())
        raise
    ids = tuple(stored[source].id if source in stored else source for source in request.images)
    return replace(request, images=ids), list(stored.values())


def throw_away(images: Iterable[Image]) -> None:
    """Take back what was stored for an edit that was not accepted."""
    for image in images:
        discard(image)


def _is_id(source: str) -> bool:
    return source.startswith("img_")
