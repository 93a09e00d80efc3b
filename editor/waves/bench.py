"""The bench an attempt is worked at: the wave's connections, its recorder, its threads, and the sign to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from editor.crash import crash_once_sent
from editor.providers.transport import CONNECTIONS, Transport
from editor.waves.claims import Held
from editor.waves.health import Health
from editor.waves.orders import Order
from editor.waves.recorder import Recorder


@dataclass(slots=True)
class Bench:
    """What every attempt of one wave shares.

    `in_database` runs short statements in the one thread that writes; `in_workshop` runs what takes longer (decoding,
    storing, ending edits) in a few threads. `closing` is set once the wave wants to end; `paying` counts the paid
    requests under way.
    """

    recorder: Recorder
    in_database: Callable[..., Awaitable[Any]]
    in_workshop: Callable[..., Awaitable[Any]]
    transports: dict[str, Transport] = field(default_factory=dict)
    desks: dict[str, asyncio.Semaphore] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    paying: int = 0
    health: Health = field(init=False)

    def __post_init__(self) -> None:
        self.health = Health(self.in_database)

    def transport(self, provider: str) -> Transport:
        """Give the wave's one client for a provider."""
        if provider not in self.transports:
            self.transports[provider] = Transport(on_paying=crash_once_sent)
        return self.transports[provider]

    def desk(self, provider: str) -> asyncio.Semaphore:
        """Give the queue for a provider's connections, to be stood in before an order is called submitting."""
        return self.desks.setdefault(provider, asyncio.Semaphore(CONNECTIONS))

    async def rest(self, held: Held, seconds: float) -> bool:
        """Wait until it is time, or a callback hints at this attempt; False when the wave is closing instead."""
        hinted = asyncio.ensure_future(held.hinted.wait())
        closing = asyncio.ensure_future(self.closing.wait())
        try:
            await asyncio.wait({hinted, closing}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hinted.cancel()
            closing.cancel()
        if self.closing.is_set():
            return False
        held.hinted.clear()
        return True
