"""The breaker: when it opens, who probes, when it closes. Property tests over any history that can come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from editor.breaker import CLOSED, Breaker, Change, Outcome, Position, Recent, after, may_probe, position

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
QUIET = Recent(successes=0, failures=0)
TROUBLED = Recent(successes=0, failures=100)
OUTCOMES = st.sampled_from(Outcome)
RECENT = st.builds(Recent, successes=st.integers(0, 40), failures=st.integers(0, 40))


def seconds(number):
    return timedelta(seconds=number)


def judged(breaker, outcome, *, recent=QUIET, now=NOW, attempt="att_1"):
    return after(breaker, outcome, attempt=attempt, now=now, recent=recent)


def half_open(*, open_seconds=30, probe="att_1"):
    return Breaker(NOW - seconds(1), open_seconds, probe, NOW + seconds(60) if probe else None)


@pytest.mark.parametrize(
    ("successes", "failures", "opens"),
    [(0, 9, False), (0, 10, True), (10, 10, True), (11, 10, False), (9, 9, False), (90, 100, True)],
)
def test_ten_failures_and_half_of_what_counted_open_it(successes, failures, opens):
    step = judged(CLOSED, Outcome.BAD, recent=Recent(successes, failures))
    assert (step.change is Change.OPENED) == opens
    assert step.breaker == (Breaker(NOW + seconds(30), 30) if opens else CLOSED)


def test_an_error_about_our_account_opens_it_at_once():
    step = judged(CLOSED, Outcome.ACCOUNT)
    assert (step.change, step.breaker) == (Change.OPENED, Breaker(NOW + seconds(30), 30))


@given(OUTCOMES, RECENT)
def test_it_never_opens_without_enough_failures_or_an_account_error(outcome, recent):
    step = judged(CLOSED, outcome, recent=recent)
    if step.change is Change.OPENED:
        failing = recent.failures >= 10 and recent.failures >= recent.successes
        assert outcome is Outcome.ACCOUNT or (outcome is Outcome.BAD and failing)
    else:
        assert step.breaker == CLOSED


@given(st.sampled_from([Outcome.GOOD, Outcome.ANSWERED]), st.integers(30, 300), RECENT, st.integers(0, 10_000))
def test_a_probes_success_always_closes_it_however_late(outcome, open_seconds, recent, later):
    step = judged(half_open(open_seconds=open_seconds), outcome, recent=recent, now=NOW + seconds(later))
    assert (step.change, step.breaker) == (Change.CLOSED, CLOSED)


def test_each_probe_that_fails_doubles_the_time_up_to_five_minutes():
    spans, breaker, now = [], judged(CLOSED, Outcome.ACCOUNT).breaker, NOW
    for _ in range(6):
        spans.append(breaker.open_seconds)
        now += seconds(breaker.open_seconds)
        probed = Breaker(breaker.open_until, breaker.open_seconds, "att_1", now + seconds(60))
        step = judged(probed, Outcome.BAD, now=now)
        assert step.change is Change.REOPENED
        assert step.breaker.open_until == now + seconds(step.breaker.open_seconds)
        breaker = step.breaker
    assert spans == [30, 60, 120, 240, 300, 300]


@given(OUTCOMES, RECENT)
def test_what_others_bring_changes_nothing_while_it_is_not_closed(outcome, recent):
    for breaker in (half_open(), half_open(probe=""), Breaker(NOW + seconds(9), 30)):
        assert judged(breaker, outcome, recent=recent, attempt="att_2").breaker == breaker
        assert judged(breaker, outcome, recent=recent, attempt="").breaker == breaker


def test_a_probe_of_what_a_budget_opened_opens_it_for_half_a_minute_when_it_fails():
    assert judged(half_open(open_seconds=0), Outcome.BAD).breaker == Breaker(NOW + seconds(30), 30)


def test_a_probe_that_was_too_many_makes_room_for_another():
    step = judged(half_open(), Outcome.LIMITED)
    assert (step.change, step.breaker) == (Change.NONE, half_open(probe=""))
    assert may_probe(step.breaker, NOW)


def test_a_probe_that_says_nothing_in_time_makes_room_for_another():
    breaker = half_open()
    assert not may_probe(breaker, NOW + seconds(59))
    assert may_probe(breaker, NOW + seconds(60))


def test_nobody_probes_what_is_closed_or_open():
    assert position(CLOSED, NOW) is Position.CLOSED
    assert position(Breaker(NOW + seconds(1), 30), NOW) is Position.OPEN
    assert position(Breaker(NOW, 30), NOW) is Position.HALF_OPEN
    assert [may_probe(breaker, NOW) for breaker in (CLOSED, Breaker(NOW + seconds(1), 30))] == [False, False]


class AnyHistory(RuleBasedStateMachine):
    """Attempts come, probe when they may, and bring any outcome in any order, also long after they were given up."""

    def __init__(self):
        super().__init__()
        self.breaker, self.now, self.born = CLOSED, NOW, 0
        self.probes = {}  # attempt: until when it may take

    @rule(passed=st.integers(0, 400))
    def time_passes(self, passed):
        self.now += seconds(passed)

    @rule(outcome=OUTCOMES, recent=RECENT)
    def a_bystander_ends(self, outcome, recent):
        step = after(self.breaker, outcome, attempt="bystander", now=self.now, recent=recent)
        assert step.change in (Change.NONE, Change.OPENED)
        self.breaker = step.breaker

    @precondition(lambda self: may_probe(self.breaker, self.now))
    @rule()
    def an_attempt_becomes_the_probe(self):
        self.born += 1
        self.probes = {attempt: until for attempt, until in self.probes.items() if until > self.now}
        self.probes[f"att_{self.born}"] = until = self.now + seconds(90)
        self.breaker = Breaker(self.breaker.open_until, self.breaker.open_seconds, f"att_{self.born}", until)

    @precondition(lambda self: self.born)
    @rule(outcome=OUTCOMES, back=st.integers(0, 2), recent=RECENT)
    def a_probe_ends(self, outcome, back, recent):
        attempt = f"att_{max(1, self.born - back)}"
        probing, was = self.breaker.probe == attempt, self.breaker
        step = after(self.breaker, outcome, attempt=attempt, now=self.now, recent=recent)
        if probing and outcome in (Outcome.GOOD, Outcome.ANSWERED):
            assert step.breaker == CLOSED
        if step.change is Change.REOPENED:
            assert step.breaker.open_seconds == min(was.open_seconds * 2, 300)
        self.probes.pop(attempt, None)
        self.breaker = step.breaker

    @invariant()
    def at_most_one_probes(self):
        assert len([until for until in self.probes.values() if until > self.now]) <= 1
        assert position(self.breaker, self.now) is Position.HALF_OPEN or not may_probe(self.breaker, self.now)

    @invariant()
    def it_is_open_for_half_a_minute_to_five(self):
        if self.breaker.open_until is None:
            assert self.breaker == CLOSED
        else:
            assert 30 <= self.breaker.open_seconds <= 300


TestAnyHistory = AnyHistory.TestCase
