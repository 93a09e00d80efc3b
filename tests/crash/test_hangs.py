"""What hangs and does not die: `up` notices and replaces it; a wave that wakes up again changes nothing."""

import signal
from collections.abc import Iterator
from operator import attrgetter

import pytest

from editor.waves.lease import LEASE_SECONDS
from tests.crash import family
from tests.crash.stage import Stage
from tests.crash.stage import stage as make_stage
from tests.crash.steady import Orders

pytestmark = pytest.mark.proof
NOTICED = 60
LOCKED_SECONDS = 65
WAVES_END = 45  # those that run go on meanwhile, and only their successors are missed


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with make_stage() as made:
        made.house.wait_for(lambda: family.cluster(made.up, "waves") is not None, seconds=20)
        yield made


@pytest.mark.parametrize("part", ["sentinel", "pusher"])
def test_a_cluster_that_hangs_is_replaced_and_its_edits_end(stage: Stage, part: str) -> None:
    stage.house.start_counting()
    orders = Orders(stage.house)
    before = stage.waves()
    family.send([attrgetter(part)(before)], signal.SIGSTOP)
    with orders.steadily(2, deadline=60):
        stage.house.wait_for(lambda: stage.waves() != before, seconds=NOTICED + WAVES_END)
    outcomes = orders.ended(within=90)
    assert set(outcomes) <= {"succeeded", "deadline_exceeded"}  # what was being paid for when it was killed
    assert outcomes["deadline_exceeded"] <= 5


@pytest.mark.parametrize("words", ["manage.py sweep", "config.wsgi:application"])
def test_a_sweeper_or_web_server_that_hangs_is_replaced(stage: Stage, words: str) -> None:
    before = family.child(stage.up, words)
    assert before
    family.send(family.descendants(before), signal.SIGSTOP)
    stage.house.wait_for(lambda: family.child(stage.up, words) not in (0, before), seconds=NOTICED)
    stage.house.start_counting()
    orders = Orders(stage.house)
    orders.place()
    assert orders.ended() == {"succeeded": 1}


def test_a_wave_that_slept_through_its_lease_writes_nothing_when_it_wakes(stage: Stage) -> None:
    stage.house.start_counting()
    orders = Orders(stage.house)
    for _ in range(10):
        orders.place(deadline=60)
    asleep = [pid for (pid,) in stage.house.query("SELECT pid FROM editor_wave")]
    family.send(asleep, signal.SIGSTOP)
    for _ in range(10):
        orders.place(deadline=60)
    theirs = f"SELECT 1 FROM editor_wave WHERE pid = ANY(ARRAY{asleep})"
    # A process that sleeps within a transaction keeps its rows locked until the database ends it.
    stage.house.wait_for(lambda: not stage.house.query(theirs), seconds=2 * LEASE_SECONDS + LOCKED_SECONDS)
    stage.house.wait_for_ends(list(orders.providers), seconds=90)
    # A lost one may have its picture still, free: the answer to its order lay in the sleeper's socket.
    attempts = "SELECT * FROM editor_attempt WHERE state <> 'lost' ORDER BY id"
    before = stage.house.query(attempts)
    family.send(asleep, signal.SIGCONT)
    for _ in range(10):  # they have their say while these are done
        orders.place()
    outcomes = orders.ended()
    known = {row[0] for row in before}
    assert [row for row in stage.house.query(attempts) if row[0] in known] == before
    assert outcomes["succeeded"] >= 10 + 10
