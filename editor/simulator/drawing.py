"""Edits of line, surface and place that a prompt's words may choose; each takes an RGB picture and gives a new one."""

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps


def blurred(picture: Image.Image) -> Image.Image:
    """Take it out of focus, as strongly as its size asks for."""
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 170))


def sketch(picture: Image.Image) -> Image.Image:
    """Draw it with a pencil: a picture dodged by its own blurred negative leaves its lines."""
    grey = ImageOps.grayscale(picture)
    blurred_negative = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(max(picture.size) / 150))
    lines = ImageChops.add(grey, blurred_negative, scale=1, offset=-8)
    return ImageEnhance.Contrast(lines.point([min(255, value) for value in range(256)])).enhance(1.5).convert("RGB")


def posterised(picture: Image.Image) -> Image.Image:
    """Keep eight strong tones for each colour, smoothed first so that areas hold together."""
    flat = picture.filter(ImageFilter.MedianFilter(5))
    return ImageEnhance.Color(ImageOps.posterize(flat, 3)).enhance(1.5)


def painted(picture: Image.Image) -> Image.Image:
    """Lay it on in strokes: the commonest tone around each point, at a third of the size, on a canvas."""
    small = picture.resize((max(1, picture.width // 3), max(1, picture.height // 3)), Image.Resampling.LANCZOS)
    strokes = small.filter(ImageFilter.ModeFilter(7)).resize(picture.size, Image.Resampling.BICUBIC)
    canvas = Image.effect_noise(picture.size, 14)
    return ImageChops.overlay(ImageEnhance.Color(strokes).enhance(1.25), Image.merge("RGB", (canvas,) * 3))


def embossed(picture: Image.Image) -> Image.Image:
    """Press it into paper."""
    return ImageOps.autocontrast(ImageOps.grayscale(picture).filter(ImageFilter.EMBOSS)).convert("RGB")


def pixelated(picture: Image.Image) -> Image.Image:
    """Build it of blocks."""
    blocks = picture.resize((max(1, picture.width // 32), max(1, picture.height // 32)), Image.Resampling.BOX)
    return blocks.resize(picture.size, Image.Resampling.NEAREST)


def mirrored(picture: Image.Image) -> Image.Image:
    """Swap left and right."""
    return ImageOps.mirror(picture)


def upside_down(picture: Image.Image) -> Image.Image:
    """Swap top and bottom."""
    return ImageOps.flip(picture)
