"""Routing: who can, why the others cannot, who is asked next."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.domain import RATIOS, EditRequest, Model, Resolution, Strategy
from editor.providers.base import Capabilities
from editor.providers.sizes import FEWEST_PIXELS, MOST_PIXELS, pixels
from editor.routing import Candidate, Tried, Verdict, nearest_ratio, next_provider, order, split, verdicts

ABLE = Capabilities(images=10, outputs=6, resolutions=frozenset({"2K"}), prompt_chars=4000)
SHORTAPI = Candidate("shortapi", ABLE, has_key=True, cost=38_000, price=47_500)
REQUEST = EditRequest(prompt="warmer light", images=("img_1",))


def reason(request=REQUEST, candidate=SHORTAPI, ratio="4:3"):
    (verdict,) = verdicts(request, [candidate], ratio=ratio)
    assert verdict.eligible == (verdict.reason == "")
    return verdict.reason


def test_a_provider_that_can_is_eligible_without_a_reason():
    assert verdicts(REQUEST, [SHORTAPI], ratio="4:3") == [Verdict("shortapi", eligible=True)]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (replace(REQUEST, images=tuple("abcdefghijkl")), "takes 10 references, 12 given"),
        (replace(REQUEST, resolution=Resolution.FOUR_K), "serves 2K only"),
        (replace(REQUEST, prompt="x" * 4001), "takes 4000 characters of prompt, 4001 given"),
        (replace(REQUEST, seed=7), "cannot honour seed"),
        (replace(REQUEST, seed=7, watermark=True), "cannot honour seed and watermark"),
        (replace(REQUEST, provider="pixazo"), "not asked: the edit is pinned to pixazo"),
    ],
)
def test_what_a_provider_cannot_do_excludes_it_with_the_reason(request_, expected):
    assert reason(request_) == expected


def test_a_model_that_a_provider_does_not_serve_excludes_it():
    request = replace(REQUEST, model=Model.SEEDEDIT_30)
    assert reason(request, replace(SHORTAPI, capabilities=None)) == "does not serve seededit-3.0"


@pytest.mark.parametrize(
    ("ratio", "resolution", "expected"),
    [
        ("1:1", "2K", ""),
        ("16:9", "2K", ""),
        ("9:16", "2K", ""),
        ("21:9", "2K", "makes sides of 1440 to 4096 pixels, 3024×1296 needed"),
        ("1:1", "4K", ""),
        ("2:3", "4K", "makes sides of 1440 to 4096 pixels, 3328×4992 needed"),
    ],
)
def test_a_side_outside_what_a_provider_makes_excludes_it(ratio, resolution, expected):
    able = replace(ABLE, sides=range(1440, 4097), resolutions=frozenset({"2K", "4K"}))
    request = replace(REQUEST, resolution=Resolution(resolution))
    assert reason(request, replace(SHORTAPI, capabilities=able), ratio) == expected


def test_a_model_that_keeps_the_shape_takes_no_other():
    keeper = replace(SHORTAPI, capabilities=replace(ABLE, keeps_shape=True))
    assert reason(REQUEST, keeper) == ""
    assert "aspect_ratio can only be match_input" in reason(replace(REQUEST, aspect_ratio="4:3"), keeper)


@pytest.mark.parametrize("resolution", list(Resolution))
@pytest.mark.parametrize("ratio", RATIOS)
def test_every_size_is_one_the_model_makes_and_has_its_ratio(ratio, resolution):
    width, height = pixels(ratio, resolution)
    assert FEWEST_PIXELS <= width * height <= MOST_PIXELS
    assert width / height == pytest.approx(RATIOS[ratio], rel=0.02)


def test_no_watermark_excludes_nobody():
    assert reason(replace(REQUEST, watermark=False)) == ""


def test_a_provider_without_key_price_or_margin_is_closed():
    assert reason(candidate=replace(SHORTAPI, has_key=False)) == "is off: it has no API key here"
    assert "has no price for 2K" in reason(candidate=replace(SHORTAPI, cost=None, price=None))
    assert reason(candidate=replace(SHORTAPI, price=37_999)) == "is closed: it would cost more than it sells for"


def test_one_reference_is_said_in_the_singular():
    one = replace(SHORTAPI, capabilities=replace(ABLE, images=1))
    assert reason(replace(REQUEST, images=("a", "b", "c")), one) == "takes 1 reference, 3 given"


def test_the_cheapest_comes_first_and_names_break_ties():
    candidates = [replace(SHORTAPI, name=name, price=price) for name, price in [("c", 9), ("b", 5), ("a", 9)]]
    judged = [Verdict(name, eligible=True) for name in "cba"]
    assert order(judged, candidates, Strategy.CHEAPEST) == ["b", "a", "c"]
    assert order([*judged[:1], Verdict("b", eligible=False, reason="no")], candidates, Strategy.CHEAPEST) == ["c"]


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1000, 1000, "1:1"), (4000, 3000, "4:3"), (1080, 1920, "9:16"), (5000, 1000, "21:9"), (100, 900, "9:16")],
)
def test_match_input_picks_the_nearest_ratio(width, height, expected):
    assert nearest_ratio(width, height) == expected


@given(st.sampled_from(sorted(RATIOS)), st.integers(100, 8000))
def test_each_of_the_eight_matches_itself(name, height):
    assert nearest_ratio(round(RATIOS[name] * height), height) == name


@given(st.integers(1, 6), st.integers(1, 6))
def test_parts_add_up_and_none_is_over_the_maximum(n, most):
    parts = split(n, most)
    assert sum(parts) == n
    assert all(1 <= part <= most for part in parts)


def test_who_refused_is_not_asked_again():
    assert next_provider(["a", "b"], [Tried("a", "rejected")]) == ("b", timedelta(0))
    assert next_provider(["a", "b"], [Tried("a", "rejected"), Tried("b", "job_failed")]) is None


def test_who_was_not_reached_is_asked_again_after_the_others_and_three_times_at_most():
    tried = [Tried("a", "not_sent")]
    assert next_provider(["a", "b"], tried) == ("b", timedelta(0))
    assert next_provider(["a"], tried) == ("a", timedelta(seconds=2))
    assert next_provider(["a"], [*tried, *tried]) == ("a", timedelta(seconds=4))
    assert next_provider(["a"], [*tried, *tried, *tried]) is None
