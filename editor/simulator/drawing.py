"""Edits of line, surface and place that a prompt's words may choose; each takes an RGB picture and gives a new one."""

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps


def blurred(picture: Image.Image) -> Image.Image:
    """Take it out of focus, as strongly as its size asks for."""
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 170))


def sketch(picture: Image.Image) -> Image.Image:
    """Draw it with a pencil: shading by dodging with its own blurred negative, lines where its edges are."""
    grey = ImageOps.grayscale(picture)
    blurred_negative = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(max(picture.size) / 150))
    shading = ImageEnhance.Contrast(ImageChops.add(grey, blurred_negative, scale=1, offset=-8)).enhance(1.5)
    edges = grey.filter(ImageFilter.GaussianBlur(2)).filter(ImageFilter.FIND_EDGES)
    lines = edges.point([max(0, 255 - value * 6) for value in range(256)]).filter(ImageFilter.GaussianBlur(1))
    return ImageChops.multiply(shading, lines).convert("RGB")


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
