"""A provider's result becomes an image."""

from functools import partial
from pathlib import Path

from editor.images.inspector.protocol import Job
from editor.images.shape import Shape
from editor.images.staging import BLOCK, stage, staging
from editor.images.store_picture import store_picture
from editor.models import Image

RESULT = "the provider's picture"


def store_output(
    *, workspace_id: str, project_id: str | None, created_by_id: str | None, path: Path, shape: Shape | None = None
) -> Image:
    """Keep a provider's result byte for byte, after a full decode; the caller's file is left where it is.

    With a `shape`, what cannot be the picture that was asked for is refused like what is no picture at all.

    Raises BadPicture or TooLarge when it will never do, InspectorDown when it may do later; then nothing is kept.
    Two calls make two images. Blocks: call it in a thread, and not in a transaction.
    """
    with staging() as folder:
        with path.open("rb") as file:
            source = stage(iter(partial(file.read, BLOCK), b""), folder / "source", param=RESULT)
        return store_picture(
            Job.OUTPUT,
            source,
            workspace_id=workspace_id,
            project_id=project_id,
            created_by_id=created_by_id,
            label="",
            param=RESULT,
            shape=shape,
        )
