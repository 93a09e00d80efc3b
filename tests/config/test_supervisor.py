"""Children are kept running, and never outlive the supervisor. Real processes, real signals."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import supervisor
from tests.config.servers import ROOT, wait_for_end


@dataclass(frozen=True)
class Started:
    """What a child said of itself: its name, its number, and that of its own child."""

    name: str
    pid: int
    inner: int


class Stage:
    """A running supervisor, and what is heard of it."""

    def __init__(self, manner: str, log: Path) -> None:
        self.log = log
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.config.supervised", manner],
                cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def started(self) -> Started:
        name, pid, inner = self.line().split()
        return Started(name, int(pid), int(inner))

    def both(self) -> dict[str, Started]:
        return {each.name: each for each in (self.started(), self.started())}

    def open(self) -> dict[str, Started]:
        """Wait until both run; the worker comes after the web server has answered."""
        lines = [self.line() for _ in range(3)]
        assert lines.index("ready") < next(at for at, line in enumerate(lines) if line.startswith("worker"))
        found = [line.split() for line in lines if line != "ready"]
        return {name: Started(name, int(pid), int(inner)) for name, pid, inner in found}


@pytest.fixture
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(getattr(request, "param", "gentle"), tmp_path / "log")
    yield stage
    stage.process.kill()
    stage.process.wait()
    assert stage.process.stdout
    stage.process.stdout.close()


def everyone(children: dict[str, Started]) -> list[int]:
    return [pid for child in children.values() for pid in (child.pid, child.inner)]


def test_all_children_killed_at_once_and_again_are_started_again_each_time(stage: Stage) -> None:
    children = stage.open()
    for _ in range(3):
        for child in children.values():
            os.kill(child.pid, signal.SIGKILL)
        new = stage.both()
        assert {child.pid for child in new.values()}.isdisjoint(child.pid for child in children.values())
        assert wait_for_end(*everyone(children))
        children = new


def test_what_a_dead_child_left_of_its_process_group_is_killed(stage: Stage) -> None:
    web = stage.open()["web"]
    os.kill(web.pid, signal.SIGKILL)
    assert wait_for_end(web.inner)
    assert stage.started().name == "web"


def test_an_end_is_logged_once_and_as_an_error_only_when_nobody_asked_for_it(stage: Stage) -> None:
    children = stage.open()
    web = children["web"]
    os.kill(web.pid, signal.SIGKILL)
    again = stage.started()
    stage.process.terminate()
    assert stage.process.wait() == 0
    lines = [json.loads(line) for line in stage.log.read_text().splitlines()]
    ends = {line["pid"]: (line["level"], line["event"]) for line in lines if line["event"] in ("died", "ended")}
    assert ends == {
        web.pid: ("error", "died"),
        again.pid: ("info", "ended"),
        children["worker"].pid: ("info", "ended"),
    }
    assert [line["event"] for line in lines].count("died") == 1
    assert [line["event"] for line in lines].count("ended") == 2


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_when_told_to_stop_it_stops_all_and_ends_well(stage: Stage, told: signal.Signals) -> None:
    children = stage.open()
    stage.process.send_signal(told)
    assert [stage.line(), stage.line()] == ["stopping", "done"]
    assert stage.process.wait() == 0
    assert wait_for_end(*everyone(children))


def test_ctrl_c_reaches_the_supervisor_only(stage: Stage) -> None:
    children = stage.open()
    assert {os.getpgid(child.pid) for child in children.values()} == {child.pid for child in children.values()}
    assert {os.getsid(child.pid) for child in children.values()} == {os.getsid(0)}


@pytest.mark.parametrize("stage", ["stubborn"], indirect=True)
def test_a_second_ctrl_c_kills_what_will_not_stop(stage: Stage) -> None:
    children = stage.open()
    stage.process.send_signal(signal.SIGTERM)
    assert stage.line() == "stopping"
    assert stage.process.poll() is None
    stage.process.send_signal(signal.SIGINT)
    assert stage.line() == "done"
    assert wait_for_end(*everyone(children))


@pytest.mark.parametrize("stage", ["stalling"], indirect=True)
def test_who_lives_and_does_nothing_is_killed_with_all_it_started_and_started_again(stage: Stage) -> None:
    children = stage.open()
    again = [stage.started(), stage.started()]
    assert [child.name for child in again] == ["worker", "worker"]
    assert wait_for_end(children["worker"].pid, children["worker"].inner, again[0].pid, again[0].inner)
    stalled = [json.loads(line) for line in stage.log.read_text().splitlines() if "stalled" in line]
    assert {(line["level"], line["child"], line["why"]) for line in stalled} == {("error", "worker", "no sign of life")}
    os.kill(children["web"].pid, 0)  # who shows signs is left alone


def test_kill_9_of_the_supervisor_takes_its_children_along(stage: Stage) -> None:
    children = stage.open()
    stage.process.kill()
    assert wait_for_end(*(child.pid for child in children.values()))
    for child in children.values():  # a program that a child of ours starts sees to its own end; these are `sleep`s
        os.kill(child.inner, signal.SIGKILL)


def test_the_times_keep_the_promises() -> None:
    assert supervisor.RESTART_PAUSE + supervisor.TICK < 2
    assert supervisor.DRAIN_SECONDS + supervisor.TICK <= 25
