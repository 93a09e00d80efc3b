"""A driver of both sides of the running fake Stripe: who pays there, and its events here."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils.module_loading import import_string
from django_q.models import OrmQ

from billing.fake_stripe import till as counter
from billing.fake_stripe.cards import CARDS, FINE
from billing.fake_stripe.control import Control
from billing.fake_stripe.refusals import Refusal
from billing.fake_stripe.resources import methods
from billing.fake_stripe.server import KEY, WEBHOOK_SECRET
from billing.fake_stripe.shop import shown
from billing.fake_stripe.signing import signature

SECRET = WEBHOOK_SECRET
__all__ = ["KEY", "SECRET", "Till", "run_tasks"]
Event = dict[str, Any]


class Till:
    """A running fake. `events` is what it would have told us, the oldest first; nothing is delivered by itself."""

    def __init__(self, loop: asyncio.AbstractEventLoop, control: Control) -> None:
        self.shop, self.loop, self.control = control.shop, loop, control
        self.events: list[Event] = []
        self.payer = Client()

    def hear(self, event: Event) -> None:
        """Keep an event as it was told."""
        self.events.append(shown(event))

    def do(self, work: Callable[[], Any]) -> Any:
        """Do something in the fake's own thread."""

        async def run() -> Any:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(timeout=10)

    def pay(self, session_id: str, card: str = FINE) -> Any:
        """Pay at a Checkout; what the bank refuses is only noted there."""

        def work() -> Any:
            session = self.shop.find("checkout.session", session_id)
            try:
                return shown(counter.pay(self.shop, session, methods.make(self.shop, CARDS[card])))
            except Refusal as refusal:
                return refusal.body

        return self.do(work)

    def act(self, act: str, thing_id: str, **more: Any) -> Any:
        """Act as the bank or in the dashboard: refund, dispute, win, lose, renew, expire."""
        return self.do(lambda: self.control.act({"act": act, "id": thing_id, **more}))

    def order(self, fault: str, times: int | None = 1, **options: str) -> None:
        """Order something that goes wrong."""
        self.do(lambda: self.control.order_fault({"fault": fault, "times": times, "options": options}))

    def heal(self) -> None:
        """Have nothing go wrong any more."""
        self.do(self.shop.orders.waiting.clear)

    def change(self, thing_id: str, **fields: Any) -> None:
        """Have something be otherwise at Stripe, as by a hand in its dashboard."""
        self.do(lambda: self.shop.things[thing_id].update(fields))

    def asked(self, what: str = "POST") -> int:
        """Tell how many requests of a method came."""
        return int(self.shop.asked[what])

    def all(self, kind: str) -> list[Any]:
        """List what there is of a kind, the newest first."""
        found: list[Any] = self.do(lambda: [shown(thing) for thing in self.shop.all(kind)])
        return found

    def of(self, *kinds: str) -> list[Event]:
        """Give the events of these kinds, the oldest first."""
        return [event for event in self.events if event["type"] in kinds]

    def post(self, event: Event, *, body: bytes | None = None, header: str | None = None, at: int | None = None) -> int:
        """Post an event to our door, signed now unless said otherwise; gives the status."""
        sent = json.dumps(event, indent=2).encode()
        signed = signature(sent, secret=SECRET, at=at or int(time.time())) if header is None else header
        given = {"Stripe-Signature": signed} if signed else {}
        answer = self.payer.post(
            "/stripe/webhook", sent if body is None else body, content_type="application/json", headers=given
        )
        return int(answer.status_code)

    def tell(self, *events: Event) -> None:
        """Deliver events, all that there are without any, and do what they cause."""
        for event in events or tuple(self.events):
            assert self.post(event) == 204
        run_tasks()


def run_tasks() -> list[str]:
    """Run what waits in the queue, and what that enqueues, here and now; gives the names."""
    ran: list[str] = []
    while task := OrmQ.objects.order_by("id").first():
        content = task.task
        task.delete()
        ran.append(str(content["func"]))
        import_string(content["func"])(*content["args"])
    return ran
