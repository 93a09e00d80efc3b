"""Which bytes are a picture we take, and how large it says it is. Runs in the inspector's child only."""

import warnings
from typing import BinaryIO

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageFile

from editor.images.limits import PIXELS, SIDES

CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
}
HEAD_BYTES = 64
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
AVIF_BRANDS = frozenset({b"avif", b"avis"})
ORIENTATIONS = {  # EXIF's number: what makes it upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):
    """The bytes are no picture we take; the text is a predicate."""


def prepare() -> None:
    """Load every decoder and tighten Pillow, once, before anything is forked."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.init()
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def sniff(head: bytes) -> str | None:
    """Tell the format, in Pillow's word, from the first bytes; names and declared types are not asked."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        end = min(int.from_bytes(head[:4]), len(head))
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
        if brands & AVIF_BRANDS:
            return "AVIF"
        if brands & HEIC_BRANDS:
            return "HEIF"
    return None


def open_picture(source: BinaryIO) -> tuple[Image.Image, str]:
    """Read the header and refuse by it; nothing is decoded yet. Gives the picture and its content type."""
    kind = sniff(source.read(HEAD_BYTES))
    source.seek(0)
    if kind is None:
        raise Refused("is not a JPEG, PNG, WebP, HEIC or AVIF picture")
    try:
        picture = Image.open(source, formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(f"has more pixels than the limit of {PIXELS // 10**6} megapixels") from None
    width, height = picture.size
    if not (width in SIDES and height in SIDES):
        raise Refused(f"has {width} × {height} pixels; each side must have {SIDES[0]} to {SIDES[-1]}")
    # Phones put depth maps and gain maps behind the picture in a JPEG (Pillow's MPO): its first frame is the picture.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise Refused("is animated or holds several pictures; the limit is 1 frame")
    return picture, CONTENT_TYPES[kind]


def orientation(picture: Image.Image) -> int:
    """Read how the camera was held, 1 (upright) to 8; broken metadata says nothing."""
    try:
        number = picture.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001  Pillow's EXIF reader fails on hostile tags in many ways, none of which matters
        return 1
    return number if number in ORIENTATIONS else 1


def upright(picture: Image.Image, turned: int) -> Image.Image:
    """Turn and mirror the pixels as `orientation` asks."""
    return picture.transpose(ORIENTATIONS[turned]) if turned in ORIENTATIONS else picture
