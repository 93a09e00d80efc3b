"""Sample pictures, honest and hostile, made here so that every byte of them is known."""

import struct
import zlib
from functools import cache
from io import BytesIO

import pillow_heif
from PIL import ExifTags, Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from editor.domain import Actor
from editor.models import Image as StoredImage
from editor.services.upload_image import upload_image

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 180, 30), (30, 30, 200), (255, 255, 255)
SECRET = "51.5007N at home"
# What makes the pixels of an upright picture look as a camera stores them under each EXIF orientation.
AS_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def store(person, data: bytes | None = None, *, filename: str = "house.jpg", project_id=None) -> StoredImage:
    """Upload a picture (a small JPEG when none is given) for somebody of the cast."""
    actor = Actor(workspace_id=person.workspace.id, user_id=person.user.id)
    return upload_image(
        actor=actor, file=BytesIO(jpeg() if data is None else data), filename=filename, project_id=project_id
    )


def quarters(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture that shows how it lies: red, green above blue, white."""
    width, height = size
    picture = Image.new("RGB", size, RED)
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    picture.paste(WHITE, (width // 2, height // 2, width, height))
    return picture


def encode(picture: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def decode(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def jpeg(size: tuple[int, int] = (96, 64)) -> bytes:
    return encode(quarters(size), "JPEG", quality=95, subsampling="4:4:4")


def png(size: tuple[int, int] = (96, 64)) -> bytes:
    return encode(quarters(size), "PNG")


def webp(size: tuple[int, int] = (96, 64)) -> bytes:
    return encode(quarters(size), "WEBP", lossless=True)


def heic(size: tuple[int, int] = (96, 64)) -> bytes:
    return encode(quarters(size), "HEIF", quality=95)


def avif(size: tuple[int, int] = (96, 64)) -> bytes:
    return encode(quarters(size), "AVIF", quality=95)


def from_a_phone(orientation: int = 1, size: tuple[int, int] = (96, 64)) -> bytes:
    """A JPEG with everything a phone tells: GPS, maker, XMP, a comment and a profile."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = SECRET
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (51.0, 30.0, 2.5), 29: SECRET})
    how = AS_STORED[orientation]
    picture = quarters(size).transpose(how) if how is not None else quarters(size)
    return encode(
        picture,
        "JPEG",
        quality=95,
        subsampling="4:4:4",
        exif=exif,
        comment=SECRET,
        xmp=f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{SECRET}</x:xmpmeta>'.encode(),
        icc_profile=srgb_profile(),
    )


def talkative_png() -> bytes:
    told = PngInfo()
    told.add_text("Comment", SECRET)
    told.add_itxt("XML:com.adobe.xmp", SECRET)
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET
    return encode(quarters(), "PNG", pnginfo=told, exif=exif, icc_profile=srgb_profile())


@cache
def srgb_profile() -> bytes:
    # Made once: it holds the second it was made in.
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def animated(kind: str, frames: int = 3) -> bytes:
    first, *others = [Image.new("RGB", (32, 32), (number * 40, 0, 0)) for number in range(frames)]
    return encode(first, kind, save_all=True, append_images=others, duration=50)


def png_of(width: int, height: int, *, depth: int, colour: int, rows: bytes, chunks: bytes = b"") -> bytes:
    """A PNG written by hand; `rows` are unfiltered and already start with their filter bytes."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunks
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(side: int = 30_000) -> bytes:
    """A one-bit PNG of side × side pixels: 900 megapixels in about 100 kB."""
    return png_of(side, side, depth=1, colour=0, rows=bytes(1 + (side + 7) // 8) * side)


def sixteen_bit_grey(level: int, size: tuple[int, int] = (32, 32)) -> bytes:
    row = b"\0" + struct.pack(">H", level) * size[0]
    return png_of(*size, depth=16, colour=0, rows=row * size[1])


def palette_with_alpha() -> bytes:
    """The left half opaque red, the right half quite transparent."""
    picture = Image.new("P", (40, 40), 0)
    picture.putpalette([200, 30, 30, 30, 30, 200])
    picture.paste(1, (20, 0, 40, 40))
    return encode(picture, "PNG", transparency=bytes([255, 0]))


def near(one, other, by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def corners(picture: Image.Image) -> list[float | tuple[int, ...]]:
    """The colours in the middles of the four quarters, row by row."""
    width, height = picture.size
    spots = [(width // 4, height // 4), (3 * width // 4, height // 4)]
    spots += [(x, 3 * height // 4) for x, _ in spots]
    pixels = picture.convert("RGB").load()
    return [pixels[spot] for spot in spots] if pixels else []
