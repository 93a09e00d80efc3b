"""File names from users are labels: harmless on a page, in a header, and never a path."""

import pytest
from django.utils.http import content_disposition_header

from editor.images.labels import clean_label, download_name


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("house.jpg", "house.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.png", "win.png"),
        ("a\0.png", "a.png"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie: x=1.png"),
        ("cat\u202egnp.exe", "catgnp.exe"),
        ("zero\u200bwidth\ufeff.jpg", "zerowidth.jpg"),
        ("half \ud800 a character.png", "half a character.png"),
        ("  .hidden. ", "hidden"),
        ("..", ""),
        ("", ""),
        ("Café été 🏠.webp", "Café été 🏠.webp"),
        ("x" * 4000 + ".jpeg", "x" * 195 + ".jpeg"),
        ("x." + "y" * 4000, "x." + "y" * 198),
    ],
)
def test_a_label_is_the_last_part_without_anything_that_acts(name, label):
    assert clean_label(name) == label
    assert len(clean_label(name)) <= 200


@pytest.mark.parametrize(
    ("label", "content_type", "name"),
    [
        ("house.jpg", "image/jpeg", "house.jpg"),
        ("house.JPEG", "image/jpeg", "house.JPEG"),
        ("evil.html", "image/png", "evil.html.png"),
        ("house.png", "image/webp", "house.png.webp"),
        ("", "image/heic", "img_1.heic"),
    ],
)
def test_a_download_always_ends_as_its_type_does(label, content_type, name):
    assert download_name(label, image_id="img_1", content_type=content_type) == name


def test_quotes_cannot_leave_the_header():
    header = content_disposition_header(True, clean_label('a"; filename="evil.exe.png'))  # noqa: FBT003
    assert header == 'attachment; filename="a\\"; filename=\\"evil.exe.png"'
