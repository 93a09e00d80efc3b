"""Routing by health and by what was measured: who is left out, who is waited for, who comes first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.domain import AUTO, EditRequest, Resolution, Strategy
from editor.providers.base import Capabilities
from editor.routing import Candidate, Tried, Verdict, next_provider, order, verdicts

NOW, SOON = timedelta(0), timedelta(seconds=2)
ABLE = Capabilities(images=10, outputs=6, resolutions=frozenset({"2K"}), prompt_chars=4000)
REQUEST = EditRequest(prompt="warmer light", images=("img_1",))
WELL = Candidate("a", ABLE, has_key=True, cost=8, price=10)
OFF = "is switched off by staff: it lies"
RESTS = "is resting after failures until 14:32 UTC: HTTP 500"
WAITED_FOR = f"{RESTS}; it will be asked when it is back"

names = st.sampled_from("abcde")
candidate = st.builds(
    Candidate,
    name=names,
    capabilities=st.sampled_from([ABLE, replace(ABLE, resolutions=frozenset({"4K"})), None]),
    has_key=st.booleans(),
    cost=st.sampled_from([None, 8]),
    price=st.sampled_from([None, 7, 10, 12]),
    disabled=st.sampled_from(["", OFF]),
    resting=st.sampled_from(["", RESTS]),
    median_seconds=st.sampled_from([None, 4.5, 9.0]),
    success_rate=st.sampled_from([None, 0.0, 0.5, 1.0]),
    samples=st.integers(0, 200),
)
some_candidates = st.lists(candidate, max_size=5, unique_by=lambda one: one.name)
requests = st.builds(
    EditRequest,
    prompt=st.just("x"),
    images=st.just(("img_1",)),
    resolution=st.sampled_from(Resolution),
    provider=st.sampled_from([AUTO, *"abcde"]),
)
strategies = st.sampled_from(Strategy)


def judge(*candidates, request=REQUEST):
    return {
        verdict.provider: (verdict.eligible, verdict.reason) for verdict in verdicts(request, candidates, ratio="1:1")
    }


def ranked(strategy, *candidates):
    return order([Verdict(one.name, eligible=True) for one in candidates], candidates, strategy)


def test_who_rests_is_left_out_while_another_is_able():
    assert judge(replace(WELL, resting=RESTS), replace(WELL, name="b")) == {"a": (False, RESTS), "b": (True, "")}


def test_who_rests_is_waited_for_when_nobody_else_is_able():
    judged = judge(replace(WELL, resting=RESTS), replace(WELL, name="b", has_key=False))
    assert judged == {"a": (True, WAITED_FOR), "b": (False, "is off: it has no API key here")}


def test_a_pinned_edit_waits_for_its_provider_though_another_is_able():
    pinned = replace(REQUEST, provider="a")
    judged = judge(replace(WELL, resting=RESTS), replace(WELL, name="b"), request=pinned)
    assert judged == {"a": (True, WAITED_FOR), "b": (False, "not asked: the edit is pinned to a")}


@pytest.mark.parametrize("pin", [AUTO, "a"])
def test_who_is_disabled_is_never_asked(pin):
    assert judge(replace(WELL, disabled=OFF, resting=RESTS), request=replace(REQUEST, provider=pin)) == {
        "a": (False, OFF)
    }


def test_the_fastest_comes_first_the_unmeasured_last_and_price_decides_between_equals():
    assert ranked(
        Strategy.FASTEST,
        replace(WELL, name="a", price=1),
        replace(WELL, name="b", median_seconds=9.0, price=20),
        replace(WELL, name="c", median_seconds=9.0, price=10),
        replace(WELL, name="d", median_seconds=4.5, price=90),
    ) == ["d", "c", "b", "a"]


def test_the_most_reliable_comes_first_and_one_lucky_order_proves_little():
    assert ranked(
        Strategy.RELIABLE,
        replace(WELL, name="a", success_rate=1.0, samples=1),  # 2/3
        replace(WELL, name="b", success_rate=0.95, samples=200),  # 191/202
        replace(WELL, name="c"),  # 1/2
        replace(WELL, name="d", success_rate=0.0, samples=10),  # 1/12
        replace(WELL, name="e", price=9),  # 1/2, and cheaper
    ) == ["b", "a", "e", "c", "d"]


@given(requests, some_candidates, strategies, st.randoms())
def test_the_order_candidates_come_in_changes_nothing(request, candidates, strategy, random):
    shuffled = random.sample(candidates, len(candidates))
    judged, again = verdicts(request, candidates, ratio="1:1"), verdicts(request, shuffled, ratio="1:1")
    assert sorted(judged, key=str) == sorted(again, key=str)
    assert order(judged, candidates, strategy) == order(again, shuffled, strategy)


@given(requests, some_candidates, strategies)
def test_the_able_are_exactly_the_ordered_and_all_others_have_a_reason(request, candidates, strategy):
    judged = verdicts(request, candidates, ratio="1:1")
    assert [verdict.provider for verdict in judged] == [one.name for one in candidates]
    assert sorted(order(judged, candidates, strategy)) == sorted(v.provider for v in judged if v.eligible)
    assert all(verdict.reason for verdict in judged if not verdict.eligible)


@given(requests, some_candidates)
def test_rest_alone_refuses_no_edit_and_is_waited_for_only_when_it_must_be(request, candidates):
    judged = verdicts(request, candidates, ratio="1:1")
    awake = verdicts(request, [replace(one, resting="") for one in candidates], ratio="1:1")
    assert any(verdict.eligible for verdict in judged) == any(verdict.eligible for verdict in awake)
    waited_for = [verdict for verdict in judged if verdict.eligible and verdict.reason]
    assert not waited_for or not any(verdict.eligible and not verdict.reason for verdict in judged)


def test_after_a_failure_who_rests_is_asked_last_and_who_is_disabled_never():
    tried = [Tried("a", "rejected")]
    assert next_provider("abc", tried, resting={"b"}) == ("c", NOW)
    assert next_provider("abc", tried, resting={"b", "c"}) == ("b", NOW)
    assert next_provider("abc", tried, disabled={"b"}, resting={"c"}) == ("c", NOW)
    assert next_provider("abc", tried, disabled={"b", "c"}) is None


def test_who_was_busy_and_is_awake_is_asked_again_before_who_rests():
    assert next_provider("ab", [Tried("a", "rate_limited")], resting={"b"}) == ("a", SOON)


def test_an_order_that_was_taken_back_from_who_rested_may_come_to_it_again():
    assert next_provider("ab", [Tried("a", "provider_resting"), Tried("b", "rejected")]) == ("a", SOON)


@given(
    st.lists(names, unique=True),
    st.lists(st.builds(Tried, names, st.sampled_from(["rejected", "not_sent"]))),
    st.sets(names),
    st.sets(names),
)
def test_who_is_disabled_is_never_next_and_who_rests_only_when_nobody_else_is(route, tried, disabled, resting):
    found = next_provider(route, tried, disabled=disabled, resting=resting)
    if found is None:
        assert next_provider([name for name in route if name not in disabled], tried) is None
    else:
        assert found[0] in set(route) - disabled
        awake = [name for name in route if name not in disabled | resting]
        assert found[0] not in resting or next_provider(awake, tried) is None
