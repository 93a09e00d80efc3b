"""Colours, depths and shapes come out right, within what every provider takes."""

from io import BytesIO

import pytest
from PIL import Image

from editor.images.inspector import formats
from editor.images.inspector.jobs import inspect
from editor.images.inspector.protocol import Job, Problem, Report
from editor.images.limits import RENDITION_BYTES, RENDITION_PIXELS
from tests import pictures
from tests.pictures import RED, decode, encode, near


@pytest.fixture
def render(tmp_path):
    """Do a job here, without the inspector's process: these pictures are our own."""
    formats.prepare()

    def run(data: bytes, job: Job = Job.UPLOAD) -> tuple[Report | Problem, bytes, bytes]:
        source, rendition, thumbnail = (tmp_path / name for name in ("source", "rendition", "thumbnail"))
        source.write_bytes(data)
        with source.open("rb") as given, rendition.open("wb") as clean, thumbnail.open("wb") as small:
            report = inspect(job, given, rendition=clean, thumbnail=small)
        return report, rendition.read_bytes(), thumbnail.read_bytes()

    return run


@pytest.mark.parametrize(("level", "seen"), [(0, 0), (0x1234, 0x12), (0x8000, 0x80), (0xFFFF, 0xFF)])
def test_sixteen_bits_of_grey_are_scaled_not_clipped(render, level, seen):
    _, clean, _ = render(pictures.sixteen_bit_grey(level))
    assert decode(clean).getpixel((5, 5)) == (seen, seen, seen)


def test_sixteen_bits_of_colour_are_scaled(render):
    row = b"\0" + bytes.fromhex("c812 1e34 1e56".replace(" ", "")) * 20
    _, clean, _ = render(pictures.png_of(20, 20, depth=16, colour=2, rows=row * 20))
    assert near(decode(clean).getpixel((5, 5)), RED, by=1)


def test_cmyk_becomes_what_ink_looks_like(render):
    ink = Image.new("CMYK", (32, 32), (0, 255, 255, 0))
    report, clean, _ = render(encode(ink, "JPEG", quality=95))
    assert decode(clean).mode == "RGB"
    assert near(decode(clean).getpixel((5, 5)), (255, 0, 0))
    assert report.rendition_type == "image/jpeg"


def test_a_palette_with_alpha_stays_see_through_as_png(render):
    report, clean, small = render(pictures.palette_with_alpha())
    picture = decode(clean)
    assert report.rendition_type == "image/png"
    assert (picture.mode, picture.getpixel((5, 5))) == ("RGBA", (*RED, 255))
    assert picture.getchannel("A").getpixel((35, 5)) == 0
    assert decode(small).mode == "RGBA"


def test_an_alpha_channel_that_hides_nothing_is_dropped(render):
    report, clean, _ = render(encode(pictures.quarters().convert("RGBA"), "WEBP"))
    assert report.rendition_type == "image/jpeg"
    assert decode(clean).mode == "RGB"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_every_mode_of_png_becomes_rgb(render, mode):
    report, clean, _ = render(encode(pictures.quarters().convert(mode), "PNG"))
    assert report.rendition_type == "image/png"
    assert decode(clean).mode == "RGB"


def test_a_wide_gamut_is_converted_through_its_profile(render):
    swapped = swapped_profile()
    _, clean, _ = render(encode(Image.new("RGB", (32, 32), (200, 30, 60)), "PNG", icc_profile=swapped))
    assert near(decode(clean).getpixel((5, 5)), (30, 200, 60), by=3)


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_a_broken_or_unfitting_profile_counts_as_none(render, mode):
    for profile in (b"no profile at all", pictures.srgb_profile()[:200]):
        report, clean, _ = render(encode(pictures.quarters().convert(mode), "JPEG", icc_profile=profile))
        assert report.rendition_type == "image/jpeg"
        assert "icc_profile" not in decode(clean).info
    report, _, _ = render(encode(pictures.quarters().convert(mode), "JPEG", icc_profile=pictures.srgb_profile()))
    assert report.rendition_type == "image/jpeg"


@pytest.mark.parametrize(
    ("size", "mode", "padded"), [((1000, 20), "RGB", (1000, 63)), ((20, 1000), "RGBA", (63, 1000))]
)
def test_a_strip_is_padded_to_sixteen_to_one(render, size, mode, padded):
    strip = Image.new(mode, size, RED if mode == "RGB" else (*RED, 100))
    report, clean, _ = render(encode(strip, "PNG"))
    picture = decode(clean)
    assert (report.width, report.height) == size
    assert (report.rendition_width, report.rendition_height) == picture.size == padded
    middle = picture.getpixel((padded[0] // 2, padded[1] // 2))
    assert (middle, picture.getpixel((0, 0))) == (
        (RED, (255, 255, 255)) if mode == "RGB" else ((*RED, 100), (255, 255, 255, 0))
    )


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "image/jpeg"), ("RGBA", "image/webp")])
def test_noise_that_no_provider_would_take_is_written_smaller(render, mode, kind):
    size = (2600, 2600)
    noise = Image.effect_noise(size, 90)
    picture = Image.merge(mode, [noise.rotate(90 * turn) for turn in range(len(mode))])
    data = encode(picture, "PNG", compress_level=1)
    assert len(data) > RENDITION_BYTES
    report, clean, _ = render(data)
    assert len(clean) <= RENDITION_BYTES
    assert report.rendition_type == kind
    assert report.rendition_width >= 1000


def test_more_than_36_megapixels_are_scaled_down_and_the_original_counts(render):
    report, clean, _ = render(encode(Image.new("L", (9_000, 5_000), 90), "PNG"))
    width, height = decode(clean).size
    assert (report.width, report.height) == (9_000, 5_000)
    assert width * height <= RENDITION_PIXELS
    assert abs(width / height - 1.8) < 0.01


def test_an_output_within_limits_is_its_own_rendition(render):
    for data in (pictures.jpeg(), pictures.png(), pictures.webp()):
        report, clean, small = render(data, Job.OUTPUT)
        assert (report.rendition_type, report.rendition_width, clean) == ("", 96, b"")
        assert decode(small).size == (96, 64)


@pytest.mark.parametrize("data", [pictures.avif(), pictures.from_a_phone(6)], ids=["avif", "turned"])
def test_an_output_that_cannot_be_shown_as_it_is_gets_a_rendition(render, data):
    report, clean, _ = render(data, Job.OUTPUT)
    assert report.rendition_type == "image/jpeg"
    assert decode(clean).size == (96, 64)


def test_the_first_picture_of_a_phones_several_is_the_picture(render):
    file = BytesIO()
    pictures.quarters().save(file, "MPO", save_all=True, append_images=[Image.new("RGB", (48, 32))])
    report, clean, _ = render(file.getvalue())
    assert (report.content_type, decode(clean).size) == ("image/jpeg", (96, 64))


def swapped_profile() -> bytes:
    """An sRGB profile whose red and green primaries have changed places: its effect cannot be missed."""
    data = bytearray(pictures.srgb_profile())
    tags = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(data[128:132]), 12)}
    red, green = (slice(tags[name] + 4, tags[name] + 8) for name in (b"rXYZ", b"gXYZ"))
    data[red], data[green] = data[green], data[red]
    return bytes(data)
