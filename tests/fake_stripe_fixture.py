"""The fake Stripe in a thread, started once for a run: `fake_stripe` gives it as new to each test that asks.

`till` (tests/stripe_fixture.py) gives the same one, with our side pointed at it.
"""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe

from billing.fake_stripe.control import Control
from billing.fake_stripe.server import CONTROL, KEY, WEBHOOK_SECRET, Place, listen


class FakeStripe:
    """A running fake Stripe. `key`, `webhook_secret` and `url` are what our side is configured with."""

    key = KEY
    webhook_secret = WEBHOOK_SECRET
    loop: asyncio.AbstractEventLoop  # of one that runs here; of another process there is none
    control: Control

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def client(self, **options: Any) -> stripe.StripeClient:
        """The real client; it repeats nothing by itself unless told to."""
        return stripe.StripeClient(self.key, base_addresses={"api": self.url}, **{"max_network_retries": 0, **options})

    def order(self, fault: str, *, times: int | None = 1, event: str = "", **options: Any) -> None:
        """Order a fault for the next requests, payments or events; see docs/simulator.md."""
        self._post("faults", {"fault": fault, "times": times, "type": event, "options": options})

    def act(self, act: str, thing_id: str, **more: Any) -> dict[str, Any]:
        """Act as bank or dashboard: dispute, refund, win, lose, renew, expire, replay."""
        return self._post("act", {"act": act, "id": thing_id, **more})

    def pay(self, session_url: str, card: str = "4242424242424242", *, bank: str = "yes") -> httpx.Response:
        """Pay at a checkout page as a person does; the last answer is 303 to success_url, or the page that says no."""
        answer = self.http.post(session_url, data={"card": card})
        if answer.status_code == 303 and "/bank/" in answer.headers["location"]:
            answer = self.http.post(answer.headers["location"], data={"answer": bank})
            answer = self.http.get(answer.headers["location"])
        return answer

    def point(self, url: str | None, *, events: list[str] | None = None, pause: float = 0.01) -> None:
        """Send events to an endpoint until the next test."""
        self._post("endpoint", {"url": url, "secret": self.webhook_secret, "events": events or [], "pause": pause})

    def hold(self) -> None:
        self._post("hold", {})

    def release(self, order: Any = ()) -> list[str]:
        """Deliver what was held, one after the other: `"reversed"`, or a list of types."""
        order = order if isinstance(order, str) else list(order)
        return list(self._post("release", {"order": order})["released"])

    def say(self, kind: str, thing: dict[str, Any], *, fault: str = "", event_id: str = "") -> str:
        """Send an event of one's own words, truly signed unless a fault says how not."""
        return str(self._post("say", {"type": kind, "object": thing, "fault": fault, "id": event_id})["said"])

    def settle(self) -> list[dict[str, Any]]:
        """Wait until all events have arrived or were given up; gives the tries: event, type, status, how."""
        return list(self._post("settle", {})["deliveries"])

    def advance(self, days: float) -> dict[str, Any]:
        """Put the clock forward: plans renew, sessions expire, idempotency keys are forgotten after a day."""
        return self._post("advance", {"days": days})

    def counts(self) -> dict[str, Any]:
        return dict(self.http.get("/control/counts").raise_for_status().json())

    def reset(self) -> None:
        self._post("reset", {})

    def _post(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self.http.post(f"/control/{name}", json=body)
        assert response.status_code == 200, response.text
        return dict(response.json())


@pytest.fixture(scope="session")
def fake_stripe_server() -> Iterator[FakeStripe]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fake-stripe", daemon=True)
    thread.start()  # first, for a browser's event loop may be running in this one
    runner, url = asyncio.run_coroutine_threadsafe(listen(Place(port=0)), loop).result(timeout=10)
    server = FakeStripe(url)
    server.loop, server.control = loop, runner.app[CONTROL]
    yield server
    server.http.close()
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(timeout=10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=10)
    loop.close()


@pytest.fixture
def fake_stripe(fake_stripe_server: FakeStripe) -> FakeStripe:
    """The fake Stripe as new: no objects, no faults, events go nowhere until `point` says where."""
    fake_stripe_server.reset()
    return fake_stripe_server
