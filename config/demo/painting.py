"""Paint the picture that the demo edits: a valley at sunrise, made here so that no file of anybody's is needed."""

import io
import itertools
import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = WIDTH, HEIGHT = 1536, 1152
HORIZON = 700
SUN = (1010, 430)
SKY = [(0.0, (34, 52, 104)), (0.45, (142, 104, 148)), (0.75, (240, 154, 118)), (1.0, (255, 214, 150))]
RIDGES = [  # base height, roughness, colour from far to near
    (520, 120, (150, 120, 158)),
    (590, 130, (112, 92, 142)),
    (650, 90, (74, 74, 118)),
    (705, 45, (38, 54, 82)),
]
MIST = (226, 168, 160)
Colour = tuple[int, int, int]


def paint(seed: int = 7) -> bytes:
    """Paint it, as a JPEG of 1536 × 1152; the same seed gives the same picture."""
    dice = random.Random(seed)  # noqa: S311 - a painting
    picture = _sky()
    _sun(picture)
    for base, roughness, colour in RIDGES:
        _ridge(picture, dice, base, roughness, colour)
    _lake(picture, dice)
    _pines(picture, dice)
    file = io.BytesIO()
    _canvas(picture, dice).save(file, "JPEG", quality=92)
    return file.getvalue()


def _between(stops: list[tuple[float, Colour]], at: float) -> Colour:
    for (start, one), (end, other) in itertools.pairwise(stops):
        if at <= end:
            part = (at - start) / (end - start)
            red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
            return red, green, blue
    return stops[-1][1]


def _sky() -> Image.Image:
    column = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        column.putpixel((0, y), _between(SKY, min(1.0, y / HORIZON)))
    return column.resize(SIZE)


def _sun(picture: Image.Image) -> None:
    """Lay a glow and a disc over the sky."""
    for radius, blur, strength in ((330, 130, 0.55), (120, 50, 0.6), (58, 2, 1.0)):
        mask = Image.new("L", SIZE)
        box = (SUN[0] - radius, SUN[1] - radius, SUN[0] + radius, SUN[1] + radius)
        ImageDraw.Draw(mask).ellipse(box, fill=round(255 * strength))
        picture.paste((255, 236, 190), mask=mask.filter(ImageFilter.GaussianBlur(blur)))


def _heights(dice: random.Random, base: int, roughness: int) -> list[float]:
    """Give a mountain's outline: waves upon waves, each half as high and twice as fine."""
    waves = [(roughness / 2**n, 2**n * 1.7 * math.pi / WIDTH, dice.uniform(0, math.tau)) for n in range(8)]
    return [base - sum(high * math.sin(x * fine + turn) for high, fine, turn in waves) for x in range(WIDTH)]


def _ridge(picture: Image.Image, dice: random.Random, base: int, roughness: int, colour: Colour) -> None:
    """Paint a ridge that fades into the mist at its foot."""
    mask = Image.new("L", SIZE)
    outline = [(float(x), top) for x, top in enumerate(_heights(dice, base, roughness))]
    ImageDraw.Draw(mask).polygon([(0.0, float(HEIGHT)), *outline, (float(WIDTH), float(HEIGHT))], fill=255)
    mist = _between([(0.0, colour), (1.0, MIST)], 0.45)
    column = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        depth = (y - base + roughness) / (HORIZON - base + roughness)
        column.putpixel((0, y), _between([(0.0, colour), (1.0, mist)], max(0.0, min(1.0, depth))))
    picture.paste(column.resize(SIZE), mask=mask.filter(ImageFilter.GaussianBlur(0.8)))


def _lake(picture: Image.Image, dice: random.Random) -> None:
    """Mirror the upper part in the lake, darker and broken by ripples."""
    depth = HEIGHT - HORIZON
    above = picture.crop((0, HORIZON - depth, WIDTH, HORIZON)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    water = Image.blend(above, Image.new("RGB", above.size, (28, 46, 88)), 0.38)
    for y in range(depth):
        shift = round(math.sin(y / 3.1) * (1 + y / 34) + dice.uniform(-1, 1) * y / 60)
        row = ImageChops.offset(water.crop((0, y, WIDTH, y + 1)), shift, 0)
        picture.paste(row, (0, HORIZON + y))
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(240):
        y = dice.randint(HORIZON + 20, HEIGHT - 30)
        x = dice.gauss(SUN[0], 40 + (y - HORIZON) / 3)
        half = dice.uniform(6, 26) * (0.4 + (y - HORIZON) / 400)
        draw.line((x - half, y, x + half, y), fill=(255, 226, 176, dice.randint(50, 150)), width=2)


def _pines(picture: Image.Image, dice: random.Random) -> None:
    """Plant pines on both shores, the near ones large and dark."""
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, HEIGHT), (0, 905), (250, 985), (520, 1090), (660, HEIGHT)], fill=(14, 24, 34))
    draw.polygon([(WIDTH, HEIGHT), (WIDTH, 960), (1360, 1040), (1190, HEIGHT)], fill=(14, 24, 34))
    for x, foot, tall in sorted(
        [(dice.uniform(-20, 420), 0.0, dice.uniform(190, 430)) for _ in range(16)]
        + [(dice.uniform(1290, WIDTH + 20), 0.0, dice.uniform(150, 330)) for _ in range(9)],
        key=lambda pine: pine[2],
    ):
        ground = foot + (930 + abs(x) * 0.36 if x < WIDTH / 2 else 1010 + (WIDTH - x) * 0.4)
        for step in range(18):
            top = ground - tall + tall * step / 19
            half = tall * 0.17 * (step + 1) / 18 * dice.uniform(0.75, 1.2)
            tip = (x, top - tall / 16)
            draw.polygon([tip, (x - half, top + tall / 13), (x + half, top + tall / 13)], fill=(13, 27, 34))


def _canvas(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Give it brush and grain: strokes merged, and the weave of a canvas."""
    brushed = Image.blend(picture, picture.filter(ImageFilter.ModeFilter(7)), 0.6)
    small = Image.effect_noise((WIDTH // 2, HEIGHT // 2), 22 + dice.random())
    weave = small.resize(SIZE, Image.Resampling.BICUBIC).convert("RGB")
    return ImageChops.soft_light(brushed, Image.blend(Image.new("RGB", SIZE, (128, 128, 128)), weave, 0.5))
