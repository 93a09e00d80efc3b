"""From pictures and prompt to one JPEG of the right size, signed as simulated. Blocking: call it in a thread."""

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from editor.simulator.vocabulary import edits_for

# Seedream 4.5's own sizes, from the vendors' tables (read 2026-11); the resellers sell the same model.
SIZES: dict[str, dict[str, tuple[int, int]]] = {
    "2K": {
        "1:1": (2048, 2048),
        "4:3": (2304, 1728),
        "3:4": (1728, 2304),
        "16:9": (2560, 1440),
        "9:16": (1440, 2560),
        "3:2": (2496, 1664),
        "2:3": (1664, 2496),
        "21:9": (3024, 1296),
    },
}
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 36_000_000
GAP = 24
PAPER = "#f4f1ea"


class NotAPicture(Exception):
    """What was fetched cannot be read as a picture."""


def develop(sources: Sequence[bytes], *, prompt: str, ratio: str, resolution: str, index: int) -> bytes:
    """Edit the sources as the prompt says; `index` tells the pictures of one order apart."""
    size = SIZES[resolution][ratio]
    pictures = [_read(source) for source in sources]
    result = ImageOps.fit(pictures[0], size) if len(pictures) == 1 else _contact(pictures, size)
    result = _vary(result, index)
    for edit in edits_for(prompt):
        result = edit(result)
    return _jpeg(_sign(result), quality=88)


def flat(job_id: str, *, ratio: str, resolution: str, index: int) -> bytes:
    """Give a plain picture of the right size at once; a JPEG comment makes each one's bytes its own."""
    jpeg = _flat(SIZES[resolution][ratio])
    comment = f"{job_id}/{index}".encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


@lru_cache(maxsize=16)
def _flat(size: tuple[int, int]) -> bytes:
    return _jpeg(_sign(Image.new("RGB", size, "#8a8f98")), quality=75)


def _read(source: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(source), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise NotAPicture(f"larger than {MAX_PIXELS} pixels")
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture("not a JPEG, PNG or WebP picture") from error


def _contact(pictures: Sequence[Image.Image], size: tuple[int, int]) -> Image.Image:
    """Lay several pictures out in rows that fill the sheet: two make a diptych."""
    width, height = size
    rows = max(1, round((len(pictures) * height / width) ** 0.5))
    per_row = -(-len(pictures) // rows)
    lines = [pictures[start : start + per_row] for start in range(0, len(pictures), per_row)]
    sheet = Image.new("RGB", size, PAPER)
    row_height = (height - GAP * (len(lines) + 1)) // len(lines)
    for row, line in enumerate(lines):
        cell = ((width - GAP * (len(line) + 1)) // len(line), row_height)
        for column, picture in enumerate(line):
            at = (GAP + column * (cell[0] + GAP), GAP + row * (row_height + GAP))
            sheet.paste(ImageOps.fit(picture, cell), at)
    return sheet


def _vary(picture: Image.Image, index: int) -> Image.Image:
    """Step closer and aside for every further picture of an order."""
    if index == 0:
        return picture
    zoom = 1 - 0.06 * index
    centre = (0.5 + 0.3 * (-1) ** index, 0.45)
    inner = (round(picture.width * zoom), round(picture.height * zoom))
    return ImageOps.fit(ImageOps.fit(picture, inner, bleed=0.03 * index, centering=centre), picture.size)


def _sign(picture: Image.Image) -> Image.Image:
    """Write a small `simulated` into the lower right corner."""
    font = ImageFont.load_default(size=30)
    left, top, right, bottom = map(round, font.getbbox("simulated"))
    width, height = right - left + 36, bottom - top + 24
    x, y = picture.width - width - 28, picture.height - height - 28
    signed = picture.convert("RGBA")
    plate = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((0, 0, width - 1, height - 1), radius=height // 2, fill=(20, 20, 22, 150))
    pen.text((18 - left, 12 - top), "simulated", font=font, fill=(255, 255, 255, 235))
    signed.alpha_composite(plate, (x, y))
    return signed.convert("RGB")


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()
