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
WEBP: dict[str, Any] = {"format": "WEBP", "quality": 92, "method": 2}
THUMBNAIL: dict[str, Any] = {"format": "WEBP", "quality": 80, "method": 4}
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
    picture = _within_shape(picture)
    ways = [PNG, WEBP] if picture.mode == "RGBA" else [*([PNG] if was_png else []), JPEG, SMALLER_JPEG]
    while True:
        for how in ways:
            file = _Rendition()
            try:
                picture.save(file, **how)
            except _Full:
                continue
            to.write(file.getbuffer())
            return Written(f"image/{how['format'].lower()}", *picture.size)
        picture = _scaled(picture, SHRINK)


def write_thumbnail(picture: Image.Image, *, to: BinaryIO) -> None:
    """Write a WebP of at most 512 pixels a side."""
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), LANCZOS)
    small.save(to, **THUMBNAIL)


def _within_shape(picture: Image.Image) -> Image.Image:
    """Pad a ratio beyond 16:1 with white (or nothing, where there is alpha), then shrink to the pixel limit."""
    width, height = picture.size
    padded = (max(width, ceil(height / RENDITION_RATIO)), max(height, ceil(width / RENDITION_RATIO)))
    if padded != picture.size:
        ground = Image.new(picture.mode, padded, (255, 255, 255, 0) if picture.mode == "RGBA" else "white")
        ground.paste(picture, ((padded[0] - width) // 2, (padded[1] - height) // 2))
        picture = ground
    pixels = padded[0] * padded[1]
    return picture if pixels <= RENDITION_PIXELS else _scaled(picture, sqrt(RENDITION_PIXELS / pixels))


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    """Make it smaller; rounding never leaves the allowed ratio."""
    width, height = (int(side * factor) for side in picture.size)
    width = max(width, ceil(height / RENDITION_RATIO))
    height = max(height, ceil(width / RENDITION_RATIO))
    return picture.resize((width, height), LANCZOS)
