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
    "4K": {
        "1:1": (4096, 4096),
        "4:3": (4704, 3520),
        "3:4": (3520, 4704),
        "16:9": (5504, 3040),
        "9:16": (3040, 5504),
        "3:2": (4992, 3328),
        "2:3": (3328, 4992),
        "21:9": (6240, 2656),
    },
}
SEEDEDIT_PIXELS = 1024 * 1024  # what it makes, in the shape of its picture
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 36_000_000
GAP = 24
PAPER = "#f4f1ea"


class NotAPicture(Exception):
    """What was fetched cannot be read as a picture."""


def develop(sources: Sequence[bytes], *, prompt: str, size: tuple[int, int] | None, index: int) -> bytes:
    """Edit the sources as the prompt says; `index` tells the pictures of one order apart.

    Without a size the picture is about 1024² pixels in the shape of the first source.
    """
    size = size or _like(sources[0])
    sheet = Image.new("RGB", size, PAPER)
    for source, (left, top, right, bottom) in zip(sources, _frames(len(sources), size), strict=True):
        picture = _vary(ImageOps.fit(_read(source), (right - left, bottom - top)), index)
        for edit in edits_for(prompt):
            picture = edit(picture)
        sheet.paste(picture, (left, top))
    return _jpeg(_sign(sheet), quality=88)


def flat(job_id: str, *, size: tuple[int, int] | None, index: int) -> bytes:
    """Give a plain picture of the right size at once; a JPEG comment makes each one's bytes its own."""
    jpeg = _flat(size or (1024, 1024))
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


def _like(source: bytes) -> tuple[int, int]:
    picture = _read(source)
    scale = (SEEDEDIT_PIXELS / (picture.width * picture.height)) ** 0.5
    return round(picture.width * scale), round(picture.height * scale)


def _frames(count: int, size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Divide a sheet into rows of frames: one picture fills it, two make a diptych, more a contact sheet."""
    width, height = size
    if count == 1:
        return [(0, 0, width, height)]
    rows = max(1, round((count * height / width) ** 0.5))
    across = -(-count // rows)
    rows = -(-count // across)
    down = (height - GAP) / rows
    frames = []
    for number in range(count):
        row, column = divmod(number, across)
        over = (width - GAP) / min(across, count - row * across)  # a short last row is stretched
        left, top = GAP + column * over, GAP + row * down
        frames.append((round(left), round(top), round(left + over) - GAP, round(top + down) - GAP))
    return frames


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
