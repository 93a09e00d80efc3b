"""What a quote promises travels signed: it can be read back as it was, and by nobody changed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from editor import quotes
from editor.domain import EditRequest, Resolution, Strategy
from editor.errors import QuoteVoid
from editor.quotes import Promise, fingerprint

ASKED = EditRequest(prompt="warmer light", images=("img_1", "img_2"))
PROMISE = Promise(
    workspace_id="wsp_1",
    is_test=False,
    asked=fingerprint(ASKED, any_prompt=False),
    any_prompt=False,
    prices={"shortapi": 47_500, "aimlapi": 52_500},
    total=52_500,
    made_at=datetime(2026, 11, 21, 12, 0, 7, tzinfo=UTC),
)


def test_a_promise_is_read_back_as_it_was_made():
    read = quotes.read(quotes.sign(PROMISE))
    assert read == PROMISE
    assert list(read.prices) == ["shortapi", "aimlapi"]
    assert read.until == datetime(2026, 11, 21, 12, 10, 7, tzinfo=UTC)


def test_its_id_is_short_enough_for_the_field_that_takes_it():
    names = ("shortapi", "pixazo", "apikley", "aimlapi", "apipod")
    longest = replace(PROMISE, workspace_id="w" * 40, prices=dict.fromkeys(names, 2**53), total=2**53)
    assert len(quotes.sign(longest)) < quotes.CHARACTERS


@given(some.data())
def test_one_character_changed_and_it_is_none_of_ours(data):
    text = quotes.sign(PROMISE)
    place = data.draw(some.integers(0, len(text) - 1))
    other = data.draw(some.characters(blacklist_categories=["Cs"]).filter(lambda letter: letter != text[place]))
    with pytest.raises(QuoteVoid) as refused:
        quotes.read(text[:place] + other + text[place + 1 :])
    assert refused.value.code == "quote_invalid"


@pytest.mark.parametrize("text", ["", "qte_", "qte_.", "edt_1", "qte_é.ü", "qte_" + "A" * 900, "qte_\x00.a"])
def test_what_was_never_a_quote_is_none(text):
    with pytest.raises(QuoteVoid):
        quotes.read(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt": "cooler light"},
        {"images": ("img_2", "img_1")},
        {"aspect_ratio": "1:1"},
        {"resolution": Resolution.FOUR_K},
        {"n": 2},
        {"provider": "shortapi"},
        {"strategy": Strategy.FASTEST},
        {"seed": 0},
        {"guidance_scale": 1.0},
        {"watermark": False},
    ],
)
def test_whatever_decides_price_or_route_makes_another_request(changes):
    assert fingerprint(replace(ASKED, **changes), any_prompt=False) != PROMISE.asked


def test_what_decides_neither_does_not():
    same = replace(
        ASKED, project="prj_1", metadata={"a": "b"}, webhook_url="https://x", deadline_seconds=9, max_price=1
    )
    assert fingerprint(same, any_prompt=False) == PROMISE.asked


def test_without_a_prompt_it_is_for_every_prompt():
    assert fingerprint(ASKED, any_prompt=True) == fingerprint(replace(ASKED, prompt=""), any_prompt=True)
    assert fingerprint(ASKED, any_prompt=True) != PROMISE.asked
