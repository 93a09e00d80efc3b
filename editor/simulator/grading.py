"""Edits of light and colour that the words of a prompt may choose; each takes an RGB picture and gives a new one."""

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps


def monochrome(picture: Image.Image) -> Image.Image:
    """Take the colour out, with a little more contrast to make up for it."""
    return ImageEnhance.Contrast(ImageOps.grayscale(picture)).enhance(1.15).convert("RGB")


def sepia(picture: Image.Image) -> Image.Image:
    """Tone from dark brown to cream, faded, with darker corners."""
    grey = ImageOps.grayscale(picture)
    return vignette(ImageOps.colorize(grey, black="#2b1a0e", mid="#a47b4f", white="#f7ead0"))


def warm(picture: Image.Image) -> Image.Image:
    """Move the light towards amber."""
    return _balance(picture, 1.12, 1.02, 0.82)


def cool(picture: Image.Image) -> Image.Image:
    """Move the light towards blue."""
    return _balance(picture, 0.84, 0.98, 1.14)


def night(picture: Image.Image) -> Image.Image:
    """Make it dark, blue and still readable."""
    return vignette(ImageEnhance.Brightness(_balance(picture, 0.62, 0.76, 1.1)).enhance(0.62))


def brighter(picture: Image.Image) -> Image.Image:
    """Lift the mid-tones without burning the lights."""
    return picture.point(_curve(0.72))


def darker(picture: Image.Image) -> Image.Image:
    """Lower the mid-tones without drowning the shadows."""
    return picture.point(_curve(1.45))


def vivid(picture: Image.Image) -> Image.Image:
    """Strengthen the colours."""
    return ImageEnhance.Color(picture).enhance(1.65)


def faded(picture: Image.Image) -> Image.Image:
    """Soften colours and lift the blacks, as pastels do."""
    return ImageEnhance.Color(picture).enhance(0.55).point([40 + value * 205 // 255 for value in range(256)] * 3)


def contrast(picture: Image.Image) -> Image.Image:
    """Spread light and dark further apart."""
    return ImageEnhance.Contrast(picture).enhance(1.4)


def invert(picture: Image.Image) -> Image.Image:
    """Turn it into its negative."""
    return ImageOps.invert(picture)


def vignette(picture: Image.Image) -> Image.Image:
    """Darken the corners."""
    shade = Image.radial_gradient("L").resize(picture.size).point([255 - value * value // 520 for value in range(256)])
    return ImageChops.multiply(picture, Image.merge("RGB", (shade,) * 3))


def grain(picture: Image.Image) -> Image.Image:
    """Lay film grain over it."""
    noise = Image.effect_noise(picture.size, 26)
    return ImageChops.overlay(picture, Image.merge("RGB", (noise,) * 3))


def graded(picture: Image.Image) -> Image.Image:
    """Grade gently, warm lights over cool shadows: what a prompt gets that names no edit we know."""
    red = [min(255, int(value * 0.94 + value * value / 255 * 0.12)) for value in range(256)]
    blue = [min(255, int(14 + value * 0.90)) for value in range(256)]
    toned = picture.point(red + list(range(256)) + blue)
    return ImageEnhance.Contrast(ImageEnhance.Color(toned).enhance(1.12)).enhance(1.08)


def sharpened(picture: Image.Image) -> Image.Image:
    """Bring out edges."""
    return picture.filter(ImageFilter.UnsharpMask(radius=3, percent=180, threshold=2))


def _balance(picture: Image.Image, red: float, green: float, blue: float) -> Image.Image:
    gains = (red, green, blue)
    return picture.point([min(255, int(value * gain)) for gain in gains for value in range(256)])


def _curve(gamma: float) -> list[int]:
    return [round(255 * (value / 255) ** gamma) for value in range(256)] * 3
