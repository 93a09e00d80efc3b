"""What can be the picture that was asked for, and what cannot."""

import pytest

from editor.domain import RATIOS, Resolution
from editor.images.shape import Shape
from editor.providers.sizes import pixels


@pytest.mark.parametrize("resolution", list(Resolution))
@pytest.mark.parametrize("ratio", RATIOS)
def test_every_size_that_is_ordered_has_its_shape_and_no_others(ratio, resolution):
    width, height = pixels(ratio, resolution)
    assert [name for name, value in RATIOS.items() if not Shape(value).flaw(width, height)] == [ratio]


@pytest.mark.parametrize(
    ("width", "height", "flaw"),
    [
        (1, 1, "has 1 × 1 pixels; each side must have at least 256"),
        (255, 4096, "has 255 × 4096 pixels; each side must have at least 256"),
        (4096, 255, "has 4096 × 255 pixels; each side must have at least 256"),
        (256, 256, ""),
    ],
)
def test_a_speck_is_none_whatever_its_shape(width, height, flaw):
    assert Shape().flaw(width, height) == flaw
    assert Shape(width / height).flaw(width, height) == flaw


@pytest.mark.parametrize(
    ("width", "height", "is_right"),
    [
        (1344, 1024, True),
        (1399, 1000, True),
        (1401, 1000, False),
        (1266, 1000, False),
        (1267, 1000, True),
        (1024, 1344, False),
    ],
)
def test_five_percent_are_forgiven(width, height, is_right):
    assert (Shape(4 / 3).flaw(width, height) == "") is is_right


def test_a_flaw_names_the_pixels():
    assert Shape(1.0).flaw(3000, 1000) == "has 3000 × 1000 pixels, which is not the shape that was asked for"
