"""What may befall the machine: edits still end rightly. One running product, misfortune after misfortune."""

import os
import resource
import signal
from collections.abc import Iterator

import pytest

from tests.config.servers import postmaster, wait_for_end
from tests.crash import family
from tests.crash.stage import Stage
from tests.crash.stage import stage as make_stage
from tests.crash.steady import Orders

pytestmark = pytest.mark.xdist_group("survival")
SMALL = 20_000  # bytes: a row fits, a picture does not


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    with make_stage() as made:
        yield made


@pytest.fixture
def stage(running: Stage) -> Stage:
    running.house.start_counting()
    return running


@pytest.fixture
def orders(stage: Stage) -> Orders:
    return Orders(stage.house)


def test_a_worker_dies_that_holds_the_queues_lock(stage: Stage, orders: Orders) -> None:
    """An idle worker waits with the lock in its hands; nobody else could ever take a task again."""
    before = stage.waves()
    at_work = {pid for (pid,) in stage.house.query("SELECT pid FROM editor_wave")}
    idle = set(before.workers) - at_work
    assert idle
    family.send(idle, signal.SIGKILL)
    assert wait_for_end(before.main)
    for _ in range(5):
        orders.place()
    assert orders.ended() == {"succeeded": 5}
    assert stage.waves().main != before.main


def test_a_task_that_cannot_be_read_is_first_in_the_queue(stage: Stage, orders: Orders) -> None:
    for payload in ("", "garbage", "a:b:c"):
        stage.house.query(
            f"""INSERT INTO django_q_ormq (key, payload, lock) VALUES ('waves', '{payload}', now() - interval '1 hour')
            RETURNING id"""
        )
    for _ in range(5):
        orders.place()
    assert orders.ended() == {"succeeded": 5}
    stage.house.wait_for(
        lambda: not stage.house.query("SELECT 1 FROM django_q_ormq WHERE length(payload) < 10"), seconds=40
    )


def test_postgresql_stops_at_once_under_load(stage: Stage, orders: Orders) -> None:
    root = stage.house.folder / "postgres"
    with orders.steadily(0.2, deadline=40):
        orders.place()
        server = postmaster(root)
        os.kill(server, signal.SIGQUIT)  # immediate: no checkpoint, no farewell
        assert wait_for_end(server)
        for _ in range(5):
            orders.place(deadline=40)
    outcomes = orders.ended()
    assert postmaster(root) != server
    assert set(outcomes) <= {"succeeded", "deadline_exceeded"}
    assert outcomes["succeeded"] > outcomes["deadline_exceeded"]


def test_the_disk_is_full_and_then_has_room_again(stage: Stage, orders: Orders) -> None:
    """The workers may write no file as long as a picture, PostgreSQL may: a full pictures volume, for any user."""
    everybody = family.descendants(stage.waves().main)
    for pid in everybody:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))
    never = [orders.place(deadline=15) for _ in range(5)]
    stage.house.wait_for_ends(never, seconds=40)
    assert {stage.house.edit(edit)["price"]["charged"] for edit in never} == {"0.000000"}
    late = [orders.place() for _ in range(5)]
    for pid in everybody:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    stage.house.wait_for_ends(late, seconds=60)
    outcomes = orders.ended()
    assert outcomes == {"succeeded": 5, "bad_result": 5}


def test_the_secret_key_changes_while_tasks_are_queued(stage: Stage, orders: Orders) -> None:
    stage.stop()
    with stage.house.up(only="web"):
        stage.house.manage("shell", "-c", "from editor.tasks import ensure_waves; ensure_waves()")
        for _ in range(5):
            orders.place()
        assert len(stage.house.query("SELECT 1 FROM django_q_ormq WHERE key = 'waves'")) >= 2
    stage.start(secret_key="another-one-" + "y" * 50)
    assert orders.ended() == {"succeeded": 5}


def test_told_to_stop_under_load_it_loses_nothing(stage: Stage, orders: Orders) -> None:
    with orders.steadily(0.3):
        for _ in range(10):
            orders.place()
        stage.stop()
        stage.start()
    assert orders.ended() == {"succeeded": len(orders.providers)}
