"""A closed loop of callers, bounded in count and time, to loopback only; and what their answers took."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp


@dataclass(frozen=True)
class Call:
    """One request to make."""

    method: str
    url: str
    key: str
    json: dict[str, object] | None = None


@dataclass(frozen=True)
class Report:
    """What a run came to: answers per second and their times in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float
    statuses: dict[int, int]

    def __str__(self) -> str:
        answered = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        times = f"p50 {self.p50:.0f} ms, p95 {self.p95:.0f} ms, p99 {self.p99:.0f} ms"
        return f"{self.rate:.0f}/s, {times} ({answered})"


def percentile(values: list[float], share: float) -> float:
    """Give the value that so large a share of them do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def run(make_call: Callable[[int], Call], *, callers: int, seconds: float) -> Report:
    """Have so many callers ask again and again for so many seconds."""
    return asyncio.run(_run(make_call, callers, seconds))


async def _run(make_call: Callable[[int], Call], callers: int, seconds: float) -> Report:
    times: list[float] = []
    statuses: dict[int, int] = {}
    numbers = iter(range(10_000_000))
    end = time.perf_counter() + seconds

    async def caller(session: aiohttp.ClientSession) -> None:
        while (begun := time.perf_counter()) < end:
            call = make_call(next(numbers))
            headers = {"Authorization": f"Bearer {call.key}"}
            async with session.request(call.method, call.url, json=call.json, headers=headers) as answer:
                await answer.read()
                statuses[answer.status] = statuses.get(answer.status, 0) + 1
            times.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=callers)) as session:
        await asyncio.gather(*(caller(session) for _ in range(callers)))
    rate = len(times) / (time.perf_counter() - begun)
    return Report(rate, percentile(times, 0.5), percentile(times, 0.95), percentile(times, 0.99), statuses)
