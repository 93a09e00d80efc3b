"""Write clean files within every provider's limits. Runs in the inspector's child only."""

from dataclasses import dataclass
from io import BytesIO
from math import ceil, sqrt
from typing import Any, BinaryIO

from PIL import Image

from editor.images.limits import RENDITION_BYTES, RENDITION_PIXELS, RENDITION_RATIO, THUMBNAIL_SIDE

LANCZOS = Image.Resampling.LANCZOS
PNG: dict[str, Any] = {"format": "PNG", "compress_level": 6}
JPEG: dict[str, Any] = {"format": "JPEG", "quality": 95, "subsampling": "4:4:4"}
SMALLER_JPEG: dict[str, Any] = {"format": "JPEG", "quality": 88}
WEBP: dict[str, Any] = {"format": "WEBP", "quality": 90, "method": 1}
WEBP_PIXELS = 16_000_000  # larger ones take seconds, and more detail than its first partition holds
THUMBNAIL: dict[str, Any] = {"format": "WEBP", "quality": 80, "method": 2}
SHRINK = 0.75


class _Full(Exception):
    """More bytes than a rendition may have."""


class _Rendition(BytesIO):
    """Takes bytes up to the limit, so that no time goes into the rest of a file that will not do."""

    def write(self, data: Any) -> int:
        written = super().write(data)
        if self.tell() > RENDITION_BYTES:
            raise _Full
        return written


@dataclass(frozen=True, slots=True)
class Written:
    """What a rendition became."""

    content_type: str
    width: int
    height: int


def write_rendition(picture: Image.Image, *, was_png: bool, to: BinaryIO) -> Written:
    """Write an RGB or RGBA picture as large and as well as the limits allow: padded, then made smaller if it must."""
    picture = _at_most(_padded(picture), RENDITION_PIXELS)
    clear = picture.mode == "RGBA"
    if clear or was_png:
        file = _encoded(picture, PNG)
        if file:
            return _write(file, "image/png", picture, to)
    if clear:
        picture = _at_most(picture, WEBP_PIXELS)
    ways = [WEBP] if clear else [JPEG, SMALLER_JPEG]
    while True:
        for how in ways:
            file = _encoded(picture, how)
            if file:
                return _write(file, f"image/{how['format'].lower()}", picture, to)
        picture = _scaled(picture, SHRINK)


def _encoded(picture: Image.Image, how: dict[str, Any]) -> _Rendition | None:
    """Encode a picture; None when it is too much for a rendition, or (WebP's "encoding error 6") for the format."""
    file = _Rendition()
    try:
        picture.save(file, **how)
    except (_Full, ValueError):
        return None
    return file


def _write(file: _Rendition, content_type: str, picture: Image.Image, to: BinaryIO) -> Written:
    to.write(file.getbuffer())
    return Written(content_type, *picture.size)


def write_thumbnail(picture: Image.Image, *, to: BinaryIO) -> None:
    """Write a WebP of at most 512 pixels a side."""
    factor = min(1.0, THUMBNAIL_SIDE / max(picture.size))
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    # Averaged to near its size before the fine filter: 4 ms instead of 17 for 2048², and nobody sees it at this size.
    picture.resize(size, LANCZOS, reducing_gap=1.0).save(to, **THUMBNAIL)


def _padded(picture: Image.Image) -> Image.Image:
    """Pad a ratio beyond 16:1 with white, or with nothing where there is alpha."""
    width, height = picture.size
    padded = (max(width, ceil(height / RENDITION_RATIO)), max(height, ceil(width / RENDITION_RATIO)))
    if padded == picture.size:
        return picture
    ground = Image.new(picture.mode, padded, (255, 255, 255, 0) if picture.mode == "RGBA" else "white")
    ground.paste(picture, ((padded[0] - width) // 2, (padded[1] - height) // 2))
    return ground


def _at_most(picture: Image.Image, pixels: int) -> Image.Image:
    has = picture.width * picture.height
    return picture if has <= pixels else _scaled(picture, sqrt(pixels / has))


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    """Make it smaller; rounding never leaves the allowed ratio."""
    width, height = (int(side * factor) for side in picture.size)
    width = max(width, ceil(height / RENDITION_RATIO))
    height = max(height, ceil(width / RENDITION_RATIO))
    return picture.resize((width, height), LANCZOS)
