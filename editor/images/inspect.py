"""Have a staged file looked at, and measure what the inspector made of it."""

from dataclasses import dataclass

from editor.images.errors import BadPicture
from editor.images.inspector.client import INSPECTOR
from editor.images.inspector.protocol import Job, Report
from editor.images.limits import UPLOAD_BYTES, fits_providers
from editor.images.staging import Staged, measure, too_large


@dataclass(frozen=True, slots=True)
class Inspected:
    """A picture that was fully decoded, and its clean files; the rendition may be the source itself."""

    report: Report
    rendition: Staged
    thumbnail: Staged


def inspect(job: Job, source: Staged, *, param: str) -> Inspected:
    """Decode the file in the inspector; the clean files lie beside it. Raises TooLarge, BadPicture, InspectorDown."""
    if source.bytes > UPLOAD_BYTES:
        raise too_large(param, source.bytes)
    rendition, thumbnail = source.path.with_name("rendition"), source.path.with_name("thumbnail")
    try:
        report = INSPECTOR.inspect(job, source.path, rendition=rendition, thumbnail=thumbnail)
    except BadPicture as bad:
        raise BadPicture(bad.problem, param=param) from None
    clean = measure(rendition) if report.rendition_type else source
    small = measure(thumbnail)
    if not small.bytes or not fits_providers(
        content_type=report.rendition_type or report.content_type,
        bytes_=clean.bytes,
        width=report.rendition_width,
        height=report.rendition_height,
    ):
        raise BadPicture("could not be made into a clean picture", param=param)
    return Inspected(report, clean, small)
