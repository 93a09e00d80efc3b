"""How fast an edit flows: accepted → provider called, provider done → visible, edits finished a second."""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import aiohttp

from tests.bench.load import percentile
from tests.bench.stack import Stack, running

IDLE_EDITS = 60
EVENLY, LATENCY = 20, 25.0
BURST = 500
# What the provider said first, in seconds before the edit had ended.
DONE_TO_END = """extract(epoch FROM edit.finished_at -
    (SELECT min(received_at) FROM editor_callback WHERE attempt_id = editor_attempt.id))"""


def pickup() -> Iterator[str]:
    """From the edit's row to the paid request's commit, one edit at a time on an idle machine."""
    with running(latency=NEVER) as stack:
        pause = threading.Event()
        for number in range(IDLE_EDITS):
            asyncio.run(submit(stack, [number]))
            pause.wait(0.25)
        took = attempts("extract(epoch FROM started_at - edit.created_at) * 1000")
        yield (
            f"accepted → provider called, idle, {len(took)} edits: "
            f"median {percentile(took, 0.5):.0f} ms, p99 {percentile(took, 0.99):.0f} ms"
        )


def visible() -> Iterator[str]:
    """500 in flight, submitted and finishing evenly at 20/s: from the provider's saying that it is done to the end."""
    with running(latency=LATENCY) as stack:
        stack.profile(profile="steady")
        count = int(2 * EVENLY * LATENCY)
        asyncio.run(submit_evenly(stack, [{}] * count, a_second=EVENLY))
        wait_for_ends(count)
        took = attempts(DONE_TO_END)
        late = took[len(took) // 2 :]
        yield (
            f"provider done → visible, {EVENLY}/s, {int(EVENLY * LATENCY)} in flight, last {len(late)} edits: "
            f"median {percentile(late, 0.5):.2f} s, p95 {percentile(late, 0.95):.2f} s; {ends()}"
        )


def throughput() -> Iterator[str]:
    """Edits finished a second against a provider that is done at once."""
    with running(latency=0.0) as stack:
        begun = time.perf_counter()
        asyncio.run(submit(stack, list(range(BURST))))
        wait_for_ends(BURST)
        yield f"finished edits, provider done at once: {BURST / (time.perf_counter() - begun):.1f}/s; {ends()}"


NEVER = 3600.0


async def submit(stack: Stack, numbers: list[int]) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=8)) as session:
        await asyncio.gather(*(_post(session, stack, number) for number in numbers))


async def submit_evenly(stack: Stack, orders: Sequence[dict[str, object]], *, a_second: float) -> None:
    """Submit an edit for each of these settings, so many a second, whatever the answers take."""
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
        begun = asyncio.get_running_loop().time()
        for number, settings in enumerate(orders):
            await asyncio.sleep(begun + number / a_second - asyncio.get_running_loop().time())
            tasks.create_task(_post(session, stack, number, settings))


async def _post(
    session: aiohttp.ClientSession, stack: Stack, number: int, settings: Mapping[str, object] | None = None
) -> None:
    turn = number % len(stack.keys)
    body = {"prompt": f"cooler light ({number})", "images": [stack.images[turn]], "deadline_seconds": 3600}
    headers = {"Authorization": f"Bearer {stack.keys[turn]}"}
    async with session.post(f"{stack.url}/api/v1/edits", json={**body, **(settings or {})}, headers=headers) as answer:
        answer.raise_for_status()


def attempts(measure: str, *, where: str = "started_at IS NOT NULL") -> list[float]:
    """Measure attempts in the order of their edits."""
    select = f"""SELECT {measure} FROM editor_attempt JOIN editor_edit AS edit ON edit.id = edit_id
        WHERE {where} ORDER BY edit.created_at"""
    return [float(value) for (value,) in query(select)]


def ends() -> str:
    return ", ".join(
        f"{count} {status}" for status, count in query("SELECT status, count(*) FROM editor_edit GROUP BY 1")
    )


def wait_for_ends(count: int) -> None:
    pause = threading.Event()
    for _ in range(1200):
        ((ended,),) = query("SELECT count(*) FROM editor_edit WHERE finished_at IS NOT NULL")
        if ended >= count:
            return
        pause.wait(0.25)
    raise SystemExit("the edits did not end within five minutes")


def query(select: str) -> list[tuple[Any, ...]]:
    """Ask the benched product's own database; the embedded one's address follows from its data folder."""
    import os
    from pathlib import Path

    import psycopg

    from config.embedded.launcher import socket_directory

    host = socket_directory(Path(os.environ["PENTIMENTO_DATA_DIR"]).resolve())
    with psycopg.connect(host=str(host), dbname="pentimento", user="pentimento") as connection:
        return connection.execute(select).fetchall()
