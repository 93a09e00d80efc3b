"""How fast thousands in flight are taken up again when every worker is killed, and whether anything is lost or doubled.

`IN_FLIGHT=100 python -m tests.bench recovery` for a smaller one.
"""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any, cast

from tests.bench.flow import ends, query, submit_evenly, wait_for_ends
from tests.bench.stack import Stack, running
from tests.crash import family

IN_FLIGHT = int(os.environ.get("IN_FLIGHT", "1000"))
A_SECOND = 50
LATENCY = 120.0
LOOKS = 2400
ACCEPTED = "SELECT count(*) FROM editor_attempt WHERE state = 'accepted'"


def recovery() -> Iterator[str]:
    """All are accepted and polled now and then; kill -9 for every process of every cluster; all are claimed again."""
    with running(latency=LATENCY) as stack:
        stack.profile(profile="steady")
        asyncio.run(submit_evenly(stack, [{}] * IN_FLIGHT, a_second=A_SECOND))
        _wait(lambda: query(ACCEPTED) == [(IN_FLIGHT,)])
        waves = [wave for (wave,) in query("SELECT id FROM editor_wave")]
        polls = _count(stack, "polls")
        killed = _kill_clusters(stack)
        begun = time.perf_counter()
        _wait(lambda: query(f"{ACCEPTED} AND wave_id = ANY(ARRAY{waves})") == [(0,)])
        claimed = time.perf_counter() - begun
        _wait(lambda: _count(stack, "polls") >= polls + IN_FLIGHT)
        polled = time.perf_counter() - begun
        yield (
            f"kill -9 of all {killed} processes of both clusters with {IN_FLIGHT} in flight: "
            f"all taken from the dead after {claimed:.1f} s, as many polls made after {polled:.1f} s"
        )
        wait_for_ends(IN_FLIGHT)
        twice = sum(jobs > 1 for jobs in cast("dict[str, int]", stack.counts()["jobs_by_prompt"]).values())
        posts, jobs = _count(stack, "posts"), _count(stack, "jobs")
        yield f"in the end: {ends()}; {posts} paid requests, {jobs} jobs, {twice} made twice"


def _kill_clusters(stack: Stack) -> int:
    everybody = [
        pid
        for queue in ("default", "waves")
        for pid in family.descendants(family.child(stack.up.pid, f"manage.py cluster {queue}"))
    ]
    family.send(everybody, signal.SIGKILL)
    return len(everybody)


def _count(stack: Stack, name: str) -> int:
    return int(cast("Any", stack.counts()[name]))


def _wait(true: Any) -> None:
    pause = threading.Event()
    for _ in range(LOOKS):
        if true():
            return
        pause.wait(0.1)
    raise SystemExit("it did not come about")
