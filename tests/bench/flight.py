"""Thousands in flight: how soon each is seen, what waiting costs, and what one hanging provider does to the others."""

import asyncio
import threading
from collections.abc import Iterator

from tests.bench.flow import DONE_TO_END, attempts, ends, query, submit, submit_evenly
from tests.bench.load import percentile
from tests.bench.stack import ALL_FIVE, Stack, running

PATIENCE = 600.0
WATCHED = 1200
A_SECOND, SPAN = 7.5, 40


def five_thousand() -> Iterator[str]:
    """5,000 in flight that finish at 20/s."""
    yield from _flight(5_000, soonest=120)


def ten_thousand() -> Iterator[str]:
    """10,000 in flight that finish at 20/s."""
    yield from _flight(10_000, soonest=300)


def _flight(count: int, *, soonest: int) -> Iterator[str]:
    """Submit as fast as they are taken, to a provider that finishes none sooner than `soonest` s and then 20/s."""
    with running(latency=soonest) as stack:
        stack.profile(profile="queue")
        asyncio.run(submit(stack, list(range(count))))
        _wait_until("SELECT count(*) FROM editor_attempt WHERE state = 'accepted'", count - WATCHED // 2)
        ((flying,),) = query("SELECT count(*) FROM editor_attempt WHERE state = 'accepted'")
        memory = stack.memory()
        _wait_until("SELECT count(*) FROM editor_edit WHERE finished_at IS NOT NULL", WATCHED)
        took = attempts(DONE_TO_END, where="edit.finished_at IS NOT NULL")
        yield (
            f"provider done → visible, 20/s, {flying} in flight, first {len(took)} edits: median "
            f"{percentile(took, 0.5):.2f} s, p95 {percentile(took, 0.95):.2f} s; {memory:.0f} MB (PSS); {ends()}"
        )


def hanging() -> Iterator[str]:
    """One of five providers hangs: what the other four take from acceptance to the end, before and meanwhile."""
    with running(latency=2.0, providers=ALL_FIVE) as stack:
        stack.profile(profile="steady")
        before = _others(stack, "before")
        stack.fault("pixazo", "hang")
        meanwhile = _others(stack, "meanwhile")
        change = 100 * (meanwhile / before - 1)
        yield (
            f"accepted → ended at the four others, {A_SECOND}/s over five: p95 {before:.2f} s, {meanwhile:.2f} s while "
            f"pixazo hangs ({change:+.0f} %); {ends()}"
        )


def _others(stack: Stack, name: str) -> float:
    orders: list[dict[str, object]] = [
        {"provider": provider, "metadata": {"span": name}}
        for _ in range(int(SPAN * A_SECOND / len(ALL_FIVE)))
        for provider in ALL_FIVE
    ]
    asyncio.run(submit_evenly(stack, orders, a_second=A_SECOND))
    others = f"FROM editor_edit AS edit WHERE metadata->>'span' = '{name}' AND provider_asked <> 'pixazo'"
    _wait_until(f"SELECT -count(*) {others} AND finished_at IS NULL", 0)
    took = query(f"SELECT extract(epoch FROM finished_at - created_at) {others}")
    return percentile([float(seconds) for (seconds,) in took], 0.95)


def _wait_until(count: str, least: int) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE * 4)):
        if query(count)[0][0] >= least:
            return
        pause.wait(0.25)
    raise SystemExit(f"after {PATIENCE:.0f} s there are still not {least}: {count}")
