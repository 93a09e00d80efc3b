"""A picture arrives from a browser or through the API."""

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from django.core.files.base import File

from editor.domain import Actor
from editor.images.inspector.protocol import Job
from editor.images.labels import clean_label
from editor.images.limits import UPLOAD_BYTES
from editor.images.staging import BLOCK, stage, staging, too_large
from editor.images.store_picture import store_picture
from editor.models import Image
from editor.selectors.shelves import check_project


def upload_image(
    *, actor: Actor, file: "File[bytes] | BinaryIO", filename: str, project_id: str | None, param: str = "file"
) -> Image:
    """Keep the bytes as they came and make the clean rendition and thumbnail of them.

    `param` is what the caller calls the field. Raises InvalidInput (BadPicture for the bytes, "project" for an
    unknown one), TooLarge, InspectorDown; then nothing is kept.
    """
    size = getattr(file, "size", None)
    if size is not None and size > UPLOAD_BYTES:
        raise too_large(param, size)
    check_project(workspace_id=actor.workspace_id, project_id=project_id)
    with staging() as folder:
        source = stage(_blocks(file), folder / "source", param=param)
        return store_picture(
            Job.UPLOAD,
            source,
            workspace_id=actor.workspace_id,
            project_id=project_id,
            created_by_id=actor.user_id,
            label=clean_label(filename),
            param=param,
        )


def _blocks(file: "File[bytes] | BinaryIO") -> Iterator[bytes]:
    return file.chunks() if isinstance(file, File) else iter(partial(file.read, BLOCK), b"")
