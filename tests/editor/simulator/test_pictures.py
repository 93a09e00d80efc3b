"""The honest edits: every word changes the picture, several combine, several pictures share a sheet."""

import re
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from editor.simulator import darkroom, vocabulary

WORDS = (
    "upside down, mirror, sketch, posterise, oil painting, emboss, pixel art, monochrome, vintage, at night, warm, "
    "cool, brighter, darker, vivid, pastel, dramatic, invert, blur, sharpen, vignette, film grain, something else"
)
words = pytest.mark.parametrize("word", re.split(", ", WORDS))


def source(colour: tuple[int, int, int] = (180, 90, 60), mode: str = "JPEG") -> bytes:
    """A picture with a direction, a colour and a texture."""
    gradients = [
        Image.linear_gradient("L").point([value * part // 255 for value in range(256)]).rotate(90 * turn)
        for turn, part in enumerate(colour)
    ]
    noise = Image.effect_noise((256, 256), 90)
    picture = ImageChops.overlay(Image.merge("RGB", gradients), Image.merge("RGB", (noise,) * 3))
    file = BytesIO()
    picture.save(file, mode)
    return file.getvalue()


def developed(prompt: str, *, sources: int = 1, ratio: str = "1:1", index: int = 0) -> Image.Image:
    jpeg = darkroom.develop([source()] * sources, prompt=prompt, size=darkroom.SIZES["2K"][ratio], index=index)
    return Image.open(BytesIO(jpeg))


def test_every_edit_is_reached_by_a_word() -> None:
    reached = set(vocabulary.edits_for(WORDS))
    assert reached == {edit for _, edit in vocabulary.VOCABULARY}


@words
def test_every_word_changes_the_picture_visibly(word: str) -> None:
    plain = Image.open(BytesIO(source())).resize((2048, 2048), Image.Resampling.BICUBIC)
    difference = ImageChops.difference(plain, developed(word)).convert("L")
    assert ImageStat.Stat(difference).mean[0] >= 2


def test_words_combine_and_parts_of_words_do_not_count() -> None:
    names = [
        edit.__name__ for edit in vocabulary.edits_for("Make it WARMER, mirrored and a bit blurry; keep the darkroom")
    ]
    assert names == ["mirrored", "warm", "darker", "blurred"]
    assert [edit.__name__ for edit in vocabulary.edits_for("an embargo on swarms")] == ["graded"]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 10, 14])
@pytest.mark.parametrize("ratio", ["21:9", "9:16"])
def test_any_number_of_pictures_fills_a_sheet_of_the_right_size(count: int, ratio: str) -> None:
    assert developed("cool", sources=count, ratio=ratio).size == darkroom.SIZES["2K"][ratio]


def test_the_pictures_of_one_order_differ() -> None:
    assert len({developed("warm", index=index).tobytes() for index in range(3)}) == 3


@pytest.mark.parametrize("bad", [b"", b"text", source()[:200], source(mode="BMP")])
def test_what_is_no_picture_is_refused(bad: bytes) -> None:
    with pytest.raises(darkroom.NotAPicture):
        darkroom.develop([bad], prompt="warm", size=(2048, 2048), index=0)
