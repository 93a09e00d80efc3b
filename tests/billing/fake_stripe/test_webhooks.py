"""Events: signed by the real scheme, tried again, and badly delivered when told to."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from tests.billing.fake_stripe.story import customer
from tests.fake_stripe_fixture import FakeStripe


class Listener:
    """An endpoint that notes what comes; `answers` are its next statuses, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.answers: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.got.append((body, self.headers.get("Stripe-Signature", "")))
                self.send_response(listener.answers.pop(0) if listener.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/stripe"

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.got]


@pytest.fixture
def listener(fake_stripe: FakeStripe) -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    fake_stripe.point(listener.url)
    yield listener
    fake_stripe.reset()
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


def _opens(fake: FakeStripe, body: bytes, header: str) -> Any:
    return stripe.Webhook.construct_event(body.decode(), header, fake.webhook_secret)


def test_an_event_is_signed_so_that_the_real_client_opens_it(fake_stripe: FakeStripe, listener: Listener) -> None:
    v1 = fake_stripe.client().v1
    alice = customer(v1)
    fake_stripe.settle()
    [(body, header)] = listener.got
    event = _opens(fake_stripe, body, header)
    assert (event.type, event.data.object.id, event.livemode) == ("customer.created", alice, False)
    assert v1.events.retrieve(event.id).data.object.id == alice
    assert event.request.id.startswith("req_")


def test_it_is_tried_again_until_somebody_says_yes(fake_stripe: FakeStripe, listener: Listener) -> None:
    listener.answers = [500, 404]
    customer(fake_stripe.client().v1)
    assert [each["status"] for each in fake_stripe.settle()] == [500, 404, 200]
    assert len({body for body, _ in listener.got}) == 1


def test_one_is_delivered_several_times(fake_stripe: FakeStripe, listener: Listener) -> None:
    fake_stripe.order("duplicate", event="customer.created", copies=4)
    customer(fake_stripe.client().v1)
    fake_stripe.settle()
    assert listener.types() == ["customer.created"] * 4


def test_one_is_lost_but_in_the_list_of_events(fake_stripe: FakeStripe, listener: Listener) -> None:
    v1 = fake_stripe.client().v1
    fake_stripe.order("lose")
    customer(v1)
    fake_stripe.settle()
    assert listener.got == []
    assert [event.type for event in v1.events.list().data] == ["customer.created"]


def test_they_come_in_another_order(fake_stripe: FakeStripe, listener: Listener) -> None:
    v1 = fake_stripe.client().v1
    fake_stripe.hold()
    wanted: Any = {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    v1.payment_intents.create(wanted)
    fake_stripe.settle()
    assert listener.got == []
    assert fake_stripe.release("reversed") == ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]
    fake_stripe.settle()
    assert listener.types() == ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]


@pytest.mark.parametrize("fault", ["stale", "forge", "unsigned", "altered"])
def test_a_false_one_is_not_opened(fake_stripe: FakeStripe, listener: Listener, fault: str) -> None:
    fake_stripe.order(fault)
    customer(fake_stripe.client().v1)
    fake_stripe.settle()
    [(body, header)] = listener.got
    with pytest.raises(stripe.SignatureVerificationError):
        _opens(fake_stripe, body, header)


def test_one_of_a_time_to_come_is_truly_signed(fake_stripe: FakeStripe, listener: Listener) -> None:
    fake_stripe.order("future", seconds=900)
    customer(fake_stripe.client().v1)
    fake_stripe.settle()
    [(body, header)] = listener.got
    stamp = int(header.partition(",")[0].removeprefix("t="))
    assert stamp >= _opens(fake_stripe, body, header).created + 895


def test_an_old_one_is_delivered_again(fake_stripe: FakeStripe, listener: Listener) -> None:
    v1 = fake_stripe.client().v1
    customer(v1)
    fake_stripe.act("replay", v1.events.list().data[0].id)
    fake_stripe.settle()
    assert len(listener.got) == 2
    assert len({_opens(fake_stripe, body, header).id for body, header in listener.got}) == 1


def test_words_of_ones_own_are_truly_signed(fake_stripe: FakeStripe, listener: Listener) -> None:
    fake_stripe.say(
        "payment_intent.succeeded", {"id": "pi_1", "object": "payment_intent", "amount": 1}, event_id="evt_1"
    )
    fake_stripe.settle()
    [(body, header)] = listener.got
    assert (_opens(fake_stripe, body, header).id, fake_stripe.client().v1.events.list().data) == ("evt_1", [])


def test_only_the_types_asked_for_are_sent(fake_stripe: FakeStripe, listener: Listener) -> None:
    fake_stripe.point(listener.url, events=["product.created"])
    v1 = fake_stripe.client().v1
    customer(v1)
    v1.products.create({"name": "Studio"})
    fake_stripe.settle()
    assert listener.types() == ["product.created"]


def test_nothing_is_sent_to_other_machines(fake_stripe: FakeStripe) -> None:
    answer = fake_stripe.http.post("/control/endpoint", json={"url": "http://example.com/"})
    assert (answer.status_code, answer.json()["field"]) == (400, "url")
