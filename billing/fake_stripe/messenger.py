"""Delivers events to the endpoint, signed, again and again until it says 2xx; and badly when told to."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp

from billing.fake_stripe.orders import Order, Strikes
from billing.fake_stripe.refusals import Thing
from billing.fake_stripe.shop import Shop, shown
from billing.fake_stripe.signing import signature

TRIES, FIRST_PAUSE, LONGEST_PAUSE = 12, 0.2, 30.0
PATIENCE = aiohttp.ClientTimeout(total=20)
OTHER_SECRET = "whsec_of_somebody_else"  # noqa: S105
KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go, and what they are signed with; `events` empty for all."""

    url: str
    secret: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try; status 0: nobody answered."""

    event: str
    type: str
    status: int
    how: str


class Messenger:
    """Sends what the shop tells, each event on its own way."""

    def __init__(self, shop: Shop, endpoint: Endpoint | None) -> None:
        self.shop = shop
        self.first = self.endpoint = endpoint
        self.first_pause = FIRST_PAUSE
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)
        self.held: list[Thing] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None
        shop.listeners.append(self.send)

    def send(self, event: Thing) -> None:
        """Send an event on its way, as an order for it says."""
        if self.endpoint is None or (self.endpoint.events and event["type"] not in self.endpoint.events):
            event["pending_webhooks"] = 0
            return
        if self.held is not None:
            self.held.append(event)
            return
        self.deliver(event, self.shop.orders.for_a(Strikes.EVENT, event["type"]))

    def deliver(self, event: Thing, order: Order | None = None) -> None:
        """Start a delivery."""
        if order and order.fault == "lose":
            self._note(event, 0, "lost")
            return
        copies = int(order.option("copies")) if order and order.fault == "duplicate" else 1
        for _ in range(copies):
            self._start(self._deliver(event, order))

    def deliver_in_turn(self, events: list[Thing]) -> None:
        """Deliver one after the other, each when the one before has arrived."""

        async def all_of_them() -> None:
            for event in events:
                await self._deliver(event, self.shop.orders.for_a(Strikes.EVENT, event["type"]))

        self._start(all_of_them())

    async def settled(self) -> None:
        """Wait until everything that is on its way has arrived, or was given up."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def clear(self) -> None:
        """Forget what is on its way."""
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.deliveries.clear()
        self.held, self.endpoint, self.first_pause = None, self.first, FIRST_PAUSE

    async def close(self) -> None:
        """Stop."""
        await self.clear()
        if self._http:
            await self._http.close()

    def told(self) -> list[Thing]:
        """Say what was delivered, the oldest first."""
        return [asdict(delivery) for delivery in self.deliveries]

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, event: Thing, order: Order | None) -> None:
        how = order.fault if order else "as it should"
        if order and order.fault == "delay":
            await asyncio.sleep(float(order.option("seconds")))
        pause = self.first_pause
        for _ in range(TRIES):
            endpoint = self.endpoint
            if endpoint is None:
                return
            status = await self._post(endpoint, event, order)
            self._note(event, status, how)
            if status // 100 == 2 or how in ("stale", "future", "forge", "unsigned", "altered"):  # noqa: PLR2004
                event["pending_webhooks"] = 0
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, endpoint: Endpoint, event: Thing, order: Order | None) -> int:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=PATIENCE, trust_env=False)
        body, headers = dressed(endpoint, event, order)
        try:
            async with self._http.post(endpoint.url, data=body, headers=headers, allow_redirects=False) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def _note(self, event: Thing, status: int, how: str) -> None:
        self.deliveries.append(Delivery(event["id"], event["type"], status, how))


def dressed(endpoint: Endpoint, event: Thing, order: Order | None) -> tuple[bytes, dict[str, str]]:
    """Give an event's body and headers, wrong as an order says."""
    fault = order.fault if order else ""
    body, at, secret = json.dumps(shown(event), indent=2).encode(), int(time.time()), endpoint.secret
    if order and fault in ("stale", "future"):
        seconds = int(order.option("seconds"))
        at += seconds if fault == "future" else -seconds
    if fault == "forge":
        secret = OTHER_SECRET
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(body, secret=secret, at=at),
    }
    if fault == "altered":
        body = json.dumps(shown(event)).encode()
    if fault == "unsigned":
        del headers["Stripe-Signature"]
    return body, headers
