"""Star a picture, or take its star away."""

from editor.errors import NotFound
from editor.models import Image


def star_image(*, workspace_id: str, image_id: str, starred: bool) -> None:
    """Mark a picture as one of the good ones, or not. Safe to repeat; raises NotFound for a missing or foreign id."""
    if not Image.objects.filter(workspace_id=workspace_id, id=image_id).update(starred=starred):
        raise NotFound("There is no such picture in this workspace.")
