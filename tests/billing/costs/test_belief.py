"""When a provider's word is taken for what something cost, and what is booked then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.costs import belief
from billing.costs.belief import Belief, believe

RATE = 5_000_000_000  # half a cent


def judge(text, *, provider="aimlapi", grade="A", expected=42_000, certain=True, unit_rate=None):
    return believe(
        provider=provider, grade=grade, text=text, expected=expected, certain=certain, unit_rate=unit_rate
    )  # fmt: skip


@pytest.mark.parametrize(("provider", "grade"), [("aimlapi", "A"), ("apipod", "B")])
def test_good_evidence_is_booked_as_reported(provider, grade):
    assert judge("0.045", provider=provider, grade=grade) == Belief(45_000, reported=45_000, claimed=45_000)


def test_weaker_evidence_is_shown_beside_what_was_expected_and_that_is_booked():
    assert judge("0.045", provider="shortapi", grade="C") == Belief(42_000, reported=45_000, claimed=45_000)
    apikley = judge("10 credits", provider="apikley", grade="D", unit_rate=RATE)
    assert apikley == Belief(42_000, reported=50_000, claimed=50_000)


def test_no_report_is_no_doubt():
    assert judge("") == Belief(42_000)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("free", belief.UNREADABLE),
        ("NaN", belief.UNREADABLE),
        ("84000 credits", belief.WRONG_UNIT.format(unit="credits")),
        ("-0.042", belief.NEGATIVE),
        ("0", belief.NOTHING),
        ("0.420001", belief.TOO_MUCH),
        ("84000", belief.TOO_MUCH),  # credits taken for dollars
        ("0.004199", belief.TOO_LITTLE),
    ],
)
def test_what_is_out_of_bounds_is_not_believed_and_what_was_expected_is_booked(text, doubt):
    judged = judge(text)
    assert (judged.booked, judged.reported, judged.doubt) == (42_000, None, doubt)
    assert judged.is_out_of_bounds


@pytest.mark.parametrize(("text", "reported"), [("0.42", 420_000), ("0.0042", 4_200)])
def test_the_bounds_themselves_are_believed(text, reported):
    assert judge(text) == Belief(reported, reported=reported, claimed=reported)


def test_nothing_is_believed_of_an_order_whose_fate_is_unknown_and_what_was_expected_is_set_aside():
    assert judge("0", certain=False) == Belief(42_000, reported=0, claimed=0)


def test_nothing_is_owed_for_what_failed_whatever_was_announced():
    judged = judge("0.042", expected=0)
    assert judged == Belief(0, doubt=belief.NOT_OWED)
    assert not judged.is_out_of_bounds


def test_credits_without_a_rate_are_not_believed_and_that_is_no_matter_for_review():
    judged = judge("6.5 credits", provider="apikley", grade="D")
    assert judged == Belief(42_000, doubt=belief.NO_RATE)
    assert not judged.is_out_of_bounds


def test_the_example_of_shortapis_documents_is_no_price_unless_it_is_the_price():
    judged = judge("0.02", provider="shortapi", grade="C", expected=38_000)
    assert judged == Belief(38_000, doubt=belief.EXAMPLE, claimed=20_000)
    assert not judged.is_out_of_bounds
    assert judge("0.02", provider="shortapi", grade="C", expected=20_000).reported == 20_000
    assert judge("0.02", provider="aimlapi", expected=38_000).reported == 20_000


@given(
    text=st.text(max_size=60) | st.decimals().map(str) | st.floats().map(str),
    known=st.fixed_dictionaries(
        {
            "provider": st.sampled_from(["shortapi", "pixazo", "apikley", "aimlapi", "apipod"]),
            "grade": st.sampled_from("ABCD"),
            "expected": st.integers(min_value=0, max_value=10**9),
            "certain": st.booleans(),
            "unit_rate": st.none() | st.integers(min_value=1, max_value=10**15),
        }
    ),
)
def test_whatever_is_written_what_is_booked_is_within_bounds_and_a_doubt_is_said(text, known):
    judged = believe(text=text, **known)
    assert bool(text) == bool(judged.doubt or judged.reported is not None)
    assert len(judged.doubt) <= 120
    assert known["expected"] / 10 <= judged.booked <= known["expected"] * 10
