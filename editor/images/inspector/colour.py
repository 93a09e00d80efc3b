"""Any pixels to plain 8-bit sRGB, RGB or RGBA. Runs in the inspector's child only."""

from io import BytesIO

from PIL import Image, ImageCms

SRGB = ImageCms.createProfile("sRGB")
SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N", "I")
SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # a profile's word: the mode it speaks of


def to_srgb(picture: Image.Image) -> Image.Image:
    """Give the picture in sRGB without any of its metadata; with an alpha channel only if something shows through."""
    base, alpha = _split(picture)
    plain = _managed(base, picture.info.get("icc_profile"))
    if alpha is not None and alpha.getextrema() != (255, 255):
        plain.putalpha(alpha)
    plain.info = {}
    return plain


def _split(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Part what is seen (RGB, L or CMYK) from what it is seen through."""
    if picture.mode in SIXTEEN_BITS:
        return picture.point(lambda value: value * (1 / 256)).convert("L"), None  # convert() alone would clip
    if picture.has_transparency_data:
        grey = picture.mode in ("L", "LA", "1")
        clear = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        return clear.convert("L" if grey else "RGB"), clear.getchannel("A")
    if picture.mode == "1":
        return picture.convert("L"), None
    return (picture if picture.mode in ("RGB", "L", "CMYK") else picture.convert("RGB")), None


def _managed(base: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert through the embedded profile; a broken or foreign one counts as none."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile)) if profile else None
        mode = SPACES.get(source.profile.xcolor_space.strip()) if source else None
        if source is None or mode not in (base.mode, "RGB"):
            return _rgb(base)
        fitting = base if base.mode == mode else base.convert(mode)
        managed = ImageCms.profileToProfile(fitting, source, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return _rgb(base)
    return managed or _rgb(base)


def _rgb(base: Image.Image) -> Image.Image:
    """Give it as RGB; what is so already is not copied, for a copy costs as much as half the decoding."""
    return base if base.mode == "RGB" else base.convert("RGB")
