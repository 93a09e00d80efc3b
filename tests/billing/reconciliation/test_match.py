"""A charge finds its attempt by id, or by time and amount; and what is for nothing stays for nothing."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billing.reconciliation.charge import Charge
from billing.reconciliation.match import NEAR, Cost, match

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def charge(number, *, after=0.0, amount=40_000, ticket="", attempt=""):
    return Charge(number, f"line-{number}", amount, NOON + timedelta(seconds=after), ticket, attempt)


def cost(attempt, *, after=0.0, amount=40_000, ticket=""):
    return Cost(attempt, ticket, NOON + timedelta(seconds=after), frozenset({amount}))


def test_an_id_decides_whatever_the_amount_and_the_time():
    costs = [cost("att_1", ticket="job-1"), cost("att_2", ticket="job-2")]
    found = match([charge(1, after=9e5, amount=1, ticket="job-2"), charge(2, attempt="att_1")], costs)
    assert (found.by_id, found.by_time) == ({0: "att_2", 1: "att_1"}, {})


def test_two_charges_with_one_id_are_both_for_the_attempt():
    found = match([charge(1, ticket="job-1"), charge(2, ticket="job-1")], [cost("att_1", ticket="job-1")])
    assert found.by_id == {0: "att_1", 1: "att_1"}


def test_without_ids_the_nearest_of_the_same_amount_is_taken_once():
    costs = [cost("att_1"), cost("att_2", after=5), cost("att_3", after=6, amount=80_000)]
    found = match([charge(1, after=6), charge(2, after=1), charge(3, after=3)], costs)
    assert found.by_time == {0: "att_2", 1: "att_1"}


def test_neither_another_amount_nor_another_hour_is_near():
    assert match([charge(1, amount=40_001)], [cost("att_1")]).by_time == {}
    assert match([charge(1, after=NEAR.total_seconds() + 1)], [cost("att_1")]).by_time == {}


def test_another_job_is_not_ours_however_near_it_is():
    costs = [cost("att_1", ticket="job-1"), cost("att_2", after=60)]
    assert match([charge(1, ticket="stray")], costs).by_time == {0: "att_2"}
    assert match([charge(1, ticket="stray")], costs[:1]).by_time == {}
    assert match([charge(1)], costs[:1]).by_time == {0: "att_1"}


def test_what_is_surely_owed_goes_before_what_is_nearer_and_perhaps_is_not():
    lost, failed = (replace(cost(f"att_{doubt}", after=doubt), doubt=doubt) for doubt in (1, 2))
    assert match([charge(1, after=2)], [cost("att_0"), lost, failed]).by_time == {0: "att_0"}
    assert match([charge(1, after=2)], [lost, failed]).by_time == {0: "att_1"}


def test_a_refund_is_found_by_id_only():
    found = match(
        [charge(1, amount=-40_000), charge(2, amount=-40_000, ticket="job-1")], [cost("att_1", ticket="job-1")]
    )
    assert (found.by_id, found.by_time) == ({1: "att_1"}, {})


def test_what_another_statement_charged_is_found_by_id_only():
    taken = frozenset({"att_1"})
    assert match([charge(1)], [cost("att_1")], taken=taken).by_time == {}
    assert match([charge(1, attempt="att_1")], [cost("att_1")], taken=taken).by_id == {0: "att_1"}


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=60, unique=True), st.integers(0, 5), st.randoms())
def test_the_order_of_lines_does_not_matter_and_nothing_is_used_twice(times, extra, order: random.Random):
    costs = [cost(f"att_{place}", after=after) for place, after in enumerate(times)]
    charges = [charge(place, after=after + 0.001) for place, after in enumerate(times)]
    charges += [charge(1000 + place, after=7200 + place) for place in range(extra)]
    order.shuffle(charges)
    found = match(charges, costs).by_time
    assert len(set(found.values())) == len(found)
    assert {charges[place].number: attempt for place, attempt in found.items() if charges[place].number >= 1000} == {}
    again = match(sorted(charges, key=lambda each: each.number), costs).by_time
    assert {charges[place].line_id: attempt for place, attempt in found.items()} == {
        sorted(charges, key=lambda each: each.number)[place].line_id: attempt for place, attempt in again.items()
    }
