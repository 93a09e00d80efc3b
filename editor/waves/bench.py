"""The bench an attempt is worked at: the wave's connections, its recorder, its threads, and the sign to stop."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from editor.crash import crash_once_sent
from editor.provider_accounts import concurrency, simulator_origin
from editor.providers.errors import NotSent
from editor.providers.fence import Fence
from editor.providers.transport import Transport
from editor.waves.claims import Held
from editor.waves.health import Health
from editor.waves.lease import LEASE_SECONDS
from editor.waves.orders import Order
from editor.waves.pace import CALLBACKS, Callbacks
from editor.waves.recorder import Recorder
from editor.waves.sockets import sockets_for_one


@dataclass(slots=True)
class Bench:
    """What every attempt of one wave shares.

    `in_database` runs short statements in the one thread that writes; `in_workshop` runs what takes longer (decoding,
    storing, ending edits) in a few threads. `closing` is set once the wave wants to end; `paying` counts the paid
    requests under way; `renewed_at` is when the lease was last asked for, by this machine's steady clock.
    """

    recorder: Recorder
    in_database: Callable[..., Awaitable[Any]]
    in_workshop: Callable[..., Awaitable[Any]]
    transports: dict[str, Transport] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    callbacks: Callbacks = CALLBACKS
    paying: int = 0
    renewed_at: float = field(default_factory=time.monotonic)
    health: Health = field(init=False)

    def __post_init__(self) -> None:
        self.health = Health(self.in_database)

    def check_lease(self) -> None:
        """Raise NotSent unless the lease is surely ours still; the last thing before anything is paid for.

        A process that slept for longer may have been given up: somebody else may have sent or settled its orders.
        """
        if time.monotonic() - self.renewed_at >= LEASE_SECONDS:
            raise NotSent("The process that was to send it had slept for longer than its lease.")

    def transport(self, held: Held) -> Transport:
        """Give the wave's one client for an attempt's provider, or for the simulator that plays it in a test."""
        if held.line not in self.transports:
            connections = min(concurrency(held.provider), sockets_for_one())
            self.transports[held.line] = Transport(
                connections=connections,
                on_paying=crash_once_sent,
                fence=Fence(simulator_origin(), is_simulated=held.is_test),
            )
        return self.transports[held.line]

    async def rest(self, held: Held, seconds: float) -> bool:
        """Wait until it is time, or a callback hints at this attempt; False when the wave is closing instead."""
        if not self.closing.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await held.wake.wait()
        if self.closing.is_set():
            return False
        held.wake.clear()
        return True
