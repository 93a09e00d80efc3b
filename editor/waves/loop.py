"""One wave: claim what is due, drive it, stop claiming after a while, finish what holds a socket, hand on the rest."""

import asyncio
import functools
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.db import DatabaseError

from editor.attempts import AttemptState
from editor.crash import crash_at
from editor.waves import lease
from editor.waves.bench import Bench
from editor.waves.claims import Held, claim
from editor.waves.drive import drive
from editor.waves.listener import listen
from editor.waves.orders import stored_orders, write_orders
from editor.waves.patience import patiently, wait_briefly_for_locks
from editor.waves.recorder import Recorder
from editor.waves.sockets import allow_many
from editor.waves.stopping import STOPPING
from editor.waves.threads import Threads

log = structlog.get_logger(__name__)

CLAIMING_SECONDS = 30.0
LONGER_WHILE_PAYING = 20
TICK_SECONDS = 1.0
STOP_LOOK_SECONDS = 0.2
MOST_HELD = 5000
BATCH = 100
WORKSHOP = 4
LOCKS_MS = 2000  # who waited for longer than its lease, for somebody who is frozen, would lose all it holds


class Wave:
    """One bounded run of the loop."""

    def __init__(self) -> None:
        self.in_database = Threads("wave-database", 1)
        self.in_workshop = Threads("wave-workshop", WORKSHOP)
        self.bench = Bench(
            recorder=Recorder(self.in_database), in_database=self.in_database, in_workshop=self.in_workshop
        )
        self.held: dict[str, Held] = {}
        self.drives: set[asyncio.Task[None]] = set()
        self.wakeup = asyncio.Event()

    async def run(self, claiming_seconds: float, on_closing: Callable[[], None]) -> None:
        """Claim for so many seconds, or until the process is asked to stop; return when nothing is held any more.

        `on_closing` is called once it claims no more, while it may still finish what holds a socket.
        """
        asked_at = time.monotonic()
        await self.in_database(wait_briefly_for_locks, LOCKS_MS)
        self.id = await self.in_database(lease.start)
        self.bench.renewed_at = asked_at
        self.on_closing = on_closing
        around = [
            asyncio.create_task(work)
            for work in (listen(self._heard, self.in_database), self._renew(), self._watch_stop())
        ]
        try:
            await self._claim_for(claiming_seconds)
        finally:
            self._close()
            await self._drain()
            await self._end_all(around)
            try:
                await patiently(self.in_database, lease.end, self.id)
            finally:
                self.in_workshop.close()
                self.in_database.close()

    async def _drain(self) -> None:
        """Let a successor begin, finish what holds a socket, hand on the rest."""
        if self.drives:
            try:
                await self.in_database(lease.stop_claiming, self.id)
                await self.in_database(self.on_closing)
            except DatabaseError:
                log.warning("wave_without_successor", wave=self.id)  # the sweeper will see to one
        while self.drives:
            await asyncio.wait(self.drives)
        await self.bench.health.flush()
        for transport in self.bench.transports.values():
            await transport.close()

    async def _end_all(self, tasks: list["asyncio.Task[None]"]) -> None:
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                log.error("wave_hand_died", wave=self.id, exc_info=outcome)

    async def _claim_for(self, seconds: float) -> None:
        """Claim for so long, and longer while a paid request is under way: a wave that must wait may as well work."""
        now = asyncio.get_running_loop().time
        end, latest = now() + seconds, now() + seconds * LONGER_WHILE_PAYING
        while not self.bench.closing.is_set() and now() < (latest if self.bench.paying else end):
            self.wakeup.clear()
            if await self._claim() < BATCH:
                await self._wait_for_wakeup(min(TICK_SECONDS, seconds))

    async def _wait_for_wakeup(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.wakeup.wait()
        except TimeoutError:
            pass

    async def _claim(self) -> int:
        room = min(BATCH, MOST_HELD - len(self.held))
        if room <= 0:
            return 0
        try:
            claimed, orders = await self.in_database(_take, self.id, room)
        except DatabaseError as error:
            log.warning("wave_cannot_claim", wave=self.id, why=type(error.__cause__ or error).__name__)
            return 0
        if claimed:
            crash_at("after_claim")
        self.bench.orders.update(orders)
        for held in claimed:
            self.held[held.id] = held
            task = asyncio.create_task(drive(held, self.bench))
            self.drives.add(task)
            task.add_done_callback(functools.partial(self._done, held))
        return len(claimed)

    def _done(self, held: Held, task: "asyncio.Task[None]") -> None:
        self.drives.discard(task)
        if self.held.get(held.id) is held:  # and not claimed anew meanwhile
            del self.held[held.id]

    def _heard(self, payload: str) -> None:
        if not payload:
            self.wakeup.set()
        elif payload in self.held:
            self.held[payload].hint()

    async def _renew(self) -> None:
        tested: set[str] = set()
        while True:
            await asyncio.sleep(lease.RENEW_SECONDS)
            asked_at = time.monotonic()
            try:
                await self.in_database(wait_briefly_for_locks, LOCKS_MS)  # it may be another connection by now
                renewed = await self.in_database(lease.renew, self.id)
                tested = await self._clear(tested)
                await self.in_database(lease.release_expired)
            except DatabaseError as error:
                log.warning("lease_not_renewed", wave=self.id, why=type(error.__cause__ or error).__name__)
                continue
            if not renewed:
                log.error("wave_lost_its_lease", wave=self.id)
                self._close()
                return
            self.bench.renewed_at = asked_at

    async def _clear(self, tested: set[str]) -> set[str]:
        """Clear those suspects that were held at the last look too; gives those held now, to be cleared at the next."""
        suspects = {held.id for held in self.held.values() if held.deaths}
        if harmless := suspects & tested:
            await self.in_database(lease.clear, self.id, harmless)
            for held in self.held.values():
                held.deaths = 0 if held.id in harmless else held.deaths
        return suspects - harmless

    def _close(self) -> None:
        """Have everything that rests let go, and claim nothing more."""
        self.bench.closing.set()
        self.wakeup.set()
        for held in self.held.values():
            held.wake.set()

    async def _watch_stop(self) -> None:
        while not STOPPING.is_set():  # noqa: ASYNC110 - it belongs to several processes
            await asyncio.sleep(STOP_LOOK_SECONDS)
        self._close()


def _take(wave_id: str, room: int) -> tuple[list[Held], dict[str, Any]]:
    claimed = claim(wave_id, room)
    intents = [held.id for held in claimed if held.state == AttemptState.INTENT]
    unknown = [held.id for held in claimed if held.state == AttemptState.UNKNOWN]
    return claimed, (write_orders(intents) if intents else {}) | (stored_orders(unknown) if unknown else {})


def run_wave(claiming_seconds: float = CLAIMING_SECONDS, *, on_closing: Callable[[], None] = lambda: None) -> None:
    """Run one wave in this thread until it has ended."""
    allow_many()
    asyncio.run(Wave().run(claiming_seconds, on_closing))
