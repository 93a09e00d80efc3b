"""A process dies at every point of an edit's way, and nobody pays twice, loses an edit, or is charged for nothing."""

import os
from collections.abc import Iterator

import pytest

from editor.crash import POINTS, Point
from tests.crash.deaths import die_once
from tests.crash.house import House, house
from tests.crash.reporting import note

REPETITIONS = int(os.environ.get("REPETITIONS", "5"))
# The answer lost with the process: the point that costs most where it goes wrong.
SLICE: tuple[Point, ...] = ("after_post",)


@pytest.fixture(scope="module")
def stack() -> Iterator[House]:
    with house() as built:
        yield built


@pytest.mark.parametrize("point", SLICE)
def test_a_process_dies_and_nothing_is_paid_twice(stack: House, request: pytest.FixtureRequest, point: Point) -> None:
    with stack.up(point):
        death = die_once(stack, point, turn=0, callbacks=True)
    note(request, death)
    assert (death.edits, death.doubled) == (20, 0)


@pytest.mark.proof
@pytest.mark.parametrize("point", POINTS)
def test_however_often_it_dies_at_any_point_nothing_is_paid_twice(
    stack: House, request: pytest.FixtureRequest, point: Point
) -> None:
    with stack.up(point):
        for turn in range(REPETITIONS):
            death = die_once(stack, point, turn=turn, callbacks=turn % 2 == 0)
            note(request, death)
            assert (death.edits, death.doubled) == (20, 0)
