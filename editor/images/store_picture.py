"""Turn a staged file into an image: inspected, then stored with its row."""

from editor.images.errors import BadPicture
from editor.images.inspect import inspect
from editor.images.inspector.protocol import Job
from editor.images.shape import Shape
from editor.images.staging import Staged
from editor.images.store import keep
from editor.models import Image


def store_picture(
    job: Job,
    source: Staged,
    *,
    workspace_id: str,
    project_id: str | None,
    created_by_id: str | None,
    label: str,
    param: str,
    shape: Shape | None = None,
) -> Image:
    """Inspect a file and keep it; raises TooLarge, BadPicture, InspectorDown, and then nothing is kept.

    Not to be called in a transaction: it waits for the inspector and for the storage.
    """
    seen = inspect(job, source, param=param)
    report = seen.report
    if shape and (flaw := shape.flaw(report.width, report.height)):
        raise BadPicture(flaw, param=param)
    image = Image(
        workspace_id=workspace_id,
        project_id=project_id,
        created_by_id=created_by_id,
        filename=label,
        is_output=job is Job.OUTPUT,
        sha256=source.sha256,
        content_type=report.content_type,
        bytes=source.bytes,
        width=report.width,
        height=report.height,
        rendition_sha256=seen.rendition.sha256,
        rendition_type=report.rendition_type or report.content_type,
        rendition_width=report.rendition_width,
        rendition_height=report.rendition_height,
        thumbnail_sha256=seen.thumbnail.sha256,
    )
    return keep(image, [source, seen.rendition, seen.thumbnail])
