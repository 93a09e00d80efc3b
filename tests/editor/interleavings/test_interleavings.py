"""However deaths, sleeps, lost answers, callbacks, cancels and deadlines interleave: one job, one cost, one ending.

What is real here, and what is a model of it, is said in docs/at-most-once.md.
"""

import itertools
import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.editor.interleavings.explore import Explored, at_random, in_order
from tests.editor.interleavings.reporting import note
from tests.editor.interleavings.world import CONTROLS, HABITS, ROUTES, World

FEW = 20_000
ORDERED, TURNS = 300, 6
PROOFS = 8
MANY = int(os.environ.get("INTERLEAVINGS", "1200000")) // PROOFS
SEED = int(os.environ.get("SEED", "2026"))


def assert_whole(explored: Explored, request: pytest.FixtureRequest) -> None:
    note(request, explored)
    assert explored.broken is None


def test_no_interleaving_pays_twice_charges_for_nothing_or_ends_twice(request: pytest.FixtureRequest) -> None:
    assert_whole(at_random(FEW, seed=SEED), request)


def take_in_order(request: pytest.FixtureRequest, *, turns: int, most: int) -> None:
    """Every edit of one and two pictures on every route, with everything going on: their first turns in order."""
    count = 0
    for n, route in itertools.product(range(2), range(len(ROUTES))):
        scripts = list(in_order(n, route, *[1] * len(HABITS), turns=turns, most=most))
        assert len(set(scripts)) == len(scripts)
        count += len(scripts)
    note(request, Explored(runs=count, distinct=count, seed="all in order"))


def test_nor_does_any_of_the_first_turns_taken_in_order(request: pytest.FixtureRequest) -> None:
    take_in_order(request, turns=TURNS, most=ORDERED)


@pytest.mark.proof
def test_nor_does_any_of_many_more_first_turns(request: pytest.FixtureRequest) -> None:
    take_in_order(request, turns=TURNS, most=MANY // 20)


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PROOFS))
def test_nor_does_any_of_a_million(request: pytest.FixtureRequest, part: int) -> None:
    assert_whole(at_random(MANY, seed=SEED + 1 + part), request)


@pytest.mark.parametrize("control", CONTROLS)
def test_with_a_guard_taken_away_it_is_broken_soon(control: str) -> None:
    explored = at_random(3 * FEW, seed=SEED, control=control)
    assert explored.broken is not None


def test_a_world_is_the_same_whenever_it_is_lived_through_with_its_seed() -> None:
    first, again = (at_random(200, seed=SEED) for _ in range(2))
    assert (first.runs, first.distinct, first.steps) == (again.runs, again.distinct, again.steps)
    assert first.distinct > 150


class AnyWorld(RuleBasedStateMachine):
    """The same world, with Hypothesis choosing: what it breaks it makes as short as it can."""

    @initialize(beginnings=st.lists(st.integers(0, 6), min_size=10, max_size=10))
    def begin(self, beginnings: list[int]) -> None:
        self.chosen = itertools.chain(beginnings, itertools.repeat(0))
        self.world = World(lambda count: next(self.chosen) % count)

    @rule(turns=st.lists(st.integers(0, 40), min_size=1, max_size=6))
    def go_on(self, turns: list[int]) -> None:
        self.chosen = itertools.chain(turns[1:], itertools.cycle(turns))
        if actions := self.world.actions():
            self.world.act(actions[turns[0] % len(actions)])

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.settle_down()


AnyWorld.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestAnyWorld = AnyWorld.TestCase
