"""Where jobs are done: wait as long as the profile says, fetch the pictures, develop, keep, call back."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import aiohttp

from editor.simulator import darkroom, results
from editor.simulator.desk import Desk
from editor.simulator.dialects import Dialect
from editor.simulator.latency import Latency, Line, Spread
from editor.simulator.orders import Job, JobState, Order, Refused
from editor.simulator.shelf import Shelf

FETCH_BYTES = 10_000_000
FETCH_TIMEOUT = aiohttp.ClientTimeout(total=30)
CALLBACK_PAUSE = 0.2
CALLBACK_TIMEOUT = aiohttp.ClientTimeout(total=10)
MANY = 50


@dataclass(frozen=True, slots=True)
class Profile:
    """How the simulator works: `latency` of all providers but those with one of their own, in `apart`.

    `flat` answers plain pictures, unfetched. `limits` are the providers' own, on how many new orders they take in how
    many seconds.
    """

    latency: Latency = field(default_factory=Latency)
    flat: bool = False
    limits: bool = True
    apart: Mapping[str, Latency] = field(default_factory=dict)

    def latency_of(self, provider: str) -> Latency:
        """Give how long the jobs of a provider take."""
        return self.apart.get(provider, self.latency)


class CannotFetch(Exception):
    """An image URL of an order gave no picture."""


class Studio:
    """Does the jobs of all desks; two threads develop, the event loop stays free."""

    def __init__(self, *, profile: Profile, shelf: Shelf) -> None:
        self.profile = profile
        self.shelf = shelf
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="darkroom")
        self._running: set[asyncio.Task[None]] = set()
        self._lines: dict[str, Line] = {}
        self._session: aiohttp.ClientSession | None = None

    def start(self, job: Job, *, desk: Desk, dialect: Dialect) -> asyncio.Task[None]:
        """Begin a job in the background."""
        self.shelf.keep_job(dialect.NAME, job)
        task = asyncio.create_task(self._work(job, desk, dialect))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def stop_jobs(self) -> None:
        """Drop everything that runs."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._lines.clear()

    async def close(self) -> None:
        """Stop everything."""
        await self.stop_jobs()
        if self._session:
            await self._session.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def picture(self, job: Job, index: int) -> bytes | None:
        """Give the finished picture of a job, None when there is none."""
        name = _name(job, index)
        if name not in job.results:
            return None
        picture = self.shelf.picture(name) or darkroom.flat(job.id, size=_size(job.order), index=index)
        return results.spoil(picture, job.faults)

    async def _work(self, job: Job, desk: Desk, dialect: Dialect) -> None:
        if "forged_callback" in job.faults:
            stranger = replace(job, id="sim-" + "0" * 24, state=JobState.DONE, results=["forged-1.jpg"])
            await self._call_back(stranger, desk, dialect)
        if "never_finish" in job.faults:
            return
        if "callback_before_answer" not in job.faults:
            await asyncio.sleep(self._seconds(job, dialect.NAME))
        await self._finish(job, desk)
        job.ended_at = datetime.now(UTC)
        self.shelf.keep_job(dialect.NAME, job)
        times = 5 if "callback_five_times" in job.faults else 0 if "no_callback" in job.faults else 1
        told = job
        if "callback_says_done" in job.faults:
            told = replace(job, state=JobState.DONE, results=[_name(job, 0)], error="")
        for _ in range(times):
            await self._call_back(told, desk, dialect)

    def _seconds(self, job: Job, provider: str) -> float:
        latency = self.profile.latency_of(provider)
        seconds = latency.of(job.id, job.number)
        if latency.profile is not Spread.QUEUE:
            return seconds
        return self._lines.setdefault(provider, Line()).join(asyncio.get_running_loop().time(), seconds)

    async def _finish(self, job: Job, desk: Desk) -> None:
        if "fail_job" in job.faults:
            job.state, job.error = JobState.FAILED, "generation failed"
        elif "fail_content" in job.faults:
            job.state, job.why = JobState.FAILED, Refused.CONTENT
            job.error = "the output was blocked by content moderation"
        else:
            try:
                if not self.profile.flat:
                    await self._develop(job, desk)
            except (CannotFetch, darkroom.NotAPicture) as error:
                job.state, job.why, job.error = JobState.FAILED, Refused.IMAGE, str(error)
            else:
                job.results = [_name(job, index) for index in range(_count(job))]
                job.state = JobState.DONE

    async def _develop(self, job: Job, desk: Desk) -> None:
        order = job.order
        sources = [await self._fetch(url, number) for number, url in enumerate(order.images)]
        desk.asked["fetched_images"] += len(sources)
        for index in range(order.n):
            picture = await asyncio.get_running_loop().run_in_executor(
                self._threads,
                lambda index=index: darkroom.develop(  # type: ignore[misc]
                    sources, prompt=order.prompt, size=_size(order), index=index
                ),
            )
            self.shelf.keep_picture(_name(job, index), picture)

    async def _fetch(self, url: str, number: int) -> bytes:
        try:
            async with self._client().get(url, timeout=FETCH_TIMEOUT, allow_redirects=False) as response:
                if response.status != 200:  # noqa: PLR2004
                    raise CannotFetch(f"failed to fetch image {number}: HTTP {response.status}")
                body = await response.content.read(FETCH_BYTES + 1)
                while not response.content.at_eof() and len(body) <= FETCH_BYTES:
                    body += await response.content.read(FETCH_BYTES + 1 - len(body))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise CannotFetch(f"failed to fetch image {number}: {type(error).__name__}") from error
        if len(body) > FETCH_BYTES:
            raise CannotFetch(f"image {number} is over {FETCH_BYTES} bytes")
        return body

    async def _call_back(self, job: Job, desk: Desk, dialect: Dialect) -> None:
        if not job.order.callback_url:
            return
        body = dialect.callback(job)
        for tries in range(desk.habits.callback_tries):
            if tries:
                await asyncio.sleep(CALLBACK_PAUSE * 2 ** (tries - 1))
            desk.asked["callbacks"] += 1
            if await self._post(job.order.callback_url, body, agent=desk.habits.agent):
                return

    async def _post(self, url: str, body: Mapping[str, object], *, agent: str) -> bool:
        """Post a callback, and tell whether it was acknowledged."""
        try:
            async with self._client().post(
                url, json=body, headers={"User-Agent": agent}, timeout=CALLBACK_TIMEOUT, allow_redirects=False
            ) as response:
                return response.ok
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=100), headers={"User-Agent": "Pentimento-simulator"}
            )
        return self._session


def _size(order: Order) -> tuple[int, int] | None:
    return order.size or (darkroom.SIZES[order.resolution][order.ratio] if order.ratio else None)


def _count(job: Job) -> int:
    """Give how many pictures it says it made."""
    if "no_result_url" in job.faults:
        return 0
    return MANY if "many_pictures" in job.faults else job.order.n - ("missing_picture" in job.faults)


def _name(job: Job, index: int) -> str:
    return f"{job.id}-{index}.jpg"
