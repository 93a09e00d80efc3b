"""A charge is split over what it is for to the last micro-dollar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.costs.shares import split_charge


@given(
    charge=st.integers(min_value=0, max_value=2**53),
    weights=st.dictionaries(st.text(max_size=3), st.integers(min_value=1, max_value=2**40), min_size=1, max_size=6),
)
def test_the_parts_are_the_charge_and_none_is_off_by_a_micro_dollar(charge, weights):
    parts = split_charge(charge, weights)
    assert sum(parts.values()) == charge
    assert parts.keys() == weights.keys()
    for name, part in parts.items():
        assert abs(part * sum(weights.values()) - charge * weights[name]) < sum(weights.values())


def test_what_is_left_over_goes_to_those_that_lost_most_by_rounding():
    assert split_charge(100, {"att_1": 1, "att_2": 1, "att_3": 1}) == {"att_1": 34, "att_2": 33, "att_3": 33}
    assert split_charge(10, {"att_1": 1, "att_2": 5}) == {"att_1": 2, "att_2": 8}


def test_a_charge_is_for_something_and_nothing_is_below_zero():
    assert split_charge(0, {}) == {}
    assert split_charge(0, {"att_1": 0}) == {"att_1": 0}
    for charge, weights in ((1, {}), (1, {"att_1": 0}), (-1, {"att_1": 1}), (1, {"att_1": 2, "att_2": -1})):
        with pytest.raises(ValueError, match="below zero"):
            split_charge(charge, weights)
