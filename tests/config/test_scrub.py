"""What never reaches a log line."""

import pytest

from config.scrub import LONGEST_TEXT, Scrubber


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("key pnt_live_0123456789abc is revoked", "key pnt_live_… is revoked"),
        ("Authorization: Bearer abcdef.ghi", "Authorization: Bearer …"),
        ("GET https://a.example/b.png?X-Amz-Signature=1&e=2 failed", "GET https://a.example/b.png?… failed"),
        ("postgres://user:word@db/name", "postgres://…@db/name"),
        ("/accounts/password/reset/key/1-set-abc/", "/accounts/password/reset/key/…"),
        ("/certificates/abcdef/", "/certificates/…"),
        ("data:image/png;base64,iVBORw0KGgo=", "data:…"),
        ("what now? nothing", "what now? nothing"),
    ],
)
def test_secrets_are_taken_out_and_the_rest_stays(text: str, scrubbed: str) -> None:
    assert Scrubber().text(text) == scrubbed


def test_a_long_text_is_cut() -> None:
    assert Scrubber().text("x" * (LONGEST_TEXT + 5)) == "x" * LONGEST_TEXT + "…"


def test_numbers_stay_numbers() -> None:
    event = {"count": 3, "seconds": 0.5, "well": True, "none": None, "names": ("a", "b")}
    assert Scrubber()(None, "info", event) == {**event, "names": ["a", "b"]}
