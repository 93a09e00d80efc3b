"""The two jobs of the inspector's child: open untrusted bytes, decode all of them, write clean files."""

import os
from typing import BinaryIO

from editor.images.inspector import formats
from editor.images.inspector.colour import to_srgb
from editor.images.inspector.encode import write_rendition, write_thumbnail
from editor.images.inspector.formats import Refused
from editor.images.inspector.protocol import Job, Problem, Report
from editor.images.limits import PIXELS, fits_providers


def inspect(job: Job, source: BinaryIO, *, rendition: BinaryIO, thumbnail: BinaryIO) -> Report | Problem:
    """Do the job; whatever is wrong with the bytes comes back as a Problem."""
    try:
        return _report(job, source, rendition, thumbnail)
    except Refused as refused:
        return Problem(str(refused))
    except MemoryError:
        return Problem(f"takes more memory to open than a picture may; the limit is {PIXELS // 10**6} megapixels")
    except Exception:  # noqa: BLE001  hostile bytes make decoders raise anything at all; the child ends here anyway
        return Problem("is damaged or cut short, and could not be read to its end")


def _report(job: Job, source: BinaryIO, rendition: BinaryIO, thumbnail: BinaryIO) -> Report:
    picture, content_type = formats.open_picture(source)
    size = os.fstat(source.fileno()).st_size
    # Not verify(), which checks nothing of a JPEG, and not draft(), which skips what a cut file lacks.
    picture.load()
    turned = formats.orientation(picture)
    picture = formats.upright(picture, turned)
    plain = to_srgb(picture)
    if plain is not picture:
        picture.close()  # 50 megapixels are 200 MB a copy
    width, height = plain.size
    write_thumbnail(plain, to=thumbnail)
    fits = fits_providers(content_type=content_type, bytes_=size, width=width, height=height)
    if job is Job.OUTPUT and turned == 1 and fits:
        return Report(content_type, width, height, "", width, height)
    written = write_rendition(plain, was_png=content_type == "image/png", to=rendition)
    return Report(content_type, width, height, written.content_type, written.width, written.height)
