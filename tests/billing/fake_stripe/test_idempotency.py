"""Idempotency keys that really replay."""

import threading
import time
from typing import Any

import pytest
import stripe

from tests.billing.fake_stripe.story import charge, customer, saved_card
from tests.fake_stripe_fixture import FakeStripe

KEY: Any = {"idempotency_key": "one-top-up"}
INTENT: Any = {"amount": 1_000, "currency": "usd"}


def test_the_same_key_and_body_get_the_first_answer_again(fake_stripe: FakeStripe) -> None:
    v1 = fake_stripe.client().v1
    first, again = v1.payment_intents.create(INTENT, KEY), v1.payment_intents.create(INTENT, KEY)
    assert (first.id, first.created) == (again.id, again.created)
    assert "Idempotent-Replayed" not in _headers(first)
    assert _headers(again)["Idempotent-Replayed"] == "true"
    assert _headers(again)["Original-Request"] == _headers(first)["Request-Id"]
    assert len(v1.payment_intents.list().data) == 1


@pytest.mark.parametrize("other", [{"amount": 1_001, "currency": "usd"}, {"amount": 1_000, "currency": "eur"}])
def test_another_body_under_the_same_key_is_refused(fake_stripe: FakeStripe, other: Any) -> None:
    v1 = fake_stripe.client().v1
    v1.payment_intents.create(INTENT, KEY)
    with pytest.raises(stripe.IdempotencyError) as caught:
        v1.payment_intents.create(other, KEY)
    assert caught.value.http_status == 400
    assert [intent.amount for intent in v1.payment_intents.list().data] == [1_000]


def test_a_key_is_of_one_call_only(fake_stripe: FakeStripe) -> None:
    v1 = fake_stripe.client().v1
    v1.payment_intents.create(INTENT, KEY)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        v1.customers.create({}, KEY)


def test_while_the_first_request_is_answered_its_key_is_busy(fake_stripe: FakeStripe) -> None:
    fake_stripe.order("slow", seconds=0.5)
    first: list[Any] = []
    thread = threading.Thread(
        target=lambda: first.append(fake_stripe.client().v1.payment_intents.create(INTENT, KEY)), daemon=True
    )
    thread.start()
    patience = time.monotonic() + 10
    while not fake_stripe.counts()["asked"].get("POST"):
        assert time.monotonic() < patience, "the first request never came"
        time.sleep(0.01)
    with pytest.raises(stripe.APIError) as caught:
        fake_stripe.client().v1.payment_intents.create(INTENT, KEY)
    thread.join(timeout=10)
    assert first, "the first request was never answered"
    error: Any = caught.value.error  # the client leaves `code` of a 409 to be read there
    assert (caught.value.http_status, error.code) == (409, "idempotency_key_in_use")
    assert fake_stripe.client().v1.payment_intents.create(INTENT, KEY).id == first[0].id


def test_the_real_client_repeats_a_lost_answer_and_pays_once(fake_stripe: FakeStripe) -> None:
    v1 = fake_stripe.client(max_network_retries=2).v1
    owner = customer(v1)
    card = saved_card(v1, owner)
    fake_stripe.order("do_then_drop")
    assert charge(v1, owner, card).status == "succeeded"
    assert [intent.amount for intent in v1.payment_intents.list().data] == [1_000]


def test_a_refusal_of_the_bank_is_replayed_too(fake_stripe: FakeStripe) -> None:
    v1 = fake_stripe.client().v1
    wanted: Any = {**INTENT, "confirm": True, "payment_method": "pm_card_visa_chargeDeclined"}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            v1.payment_intents.create(wanted, KEY)
    assert len(v1.payment_intents.list().data) == 1


def test_what_was_refused_before_anything_was_done_is_judged_anew(fake_stripe: FakeStripe) -> None:
    v1 = fake_stripe.client().v1
    with pytest.raises(stripe.InvalidRequestError):
        v1.payment_intents.create({"amount": 1, "currency": "usd"}, KEY)
    assert v1.payment_intents.create(INTENT, KEY).amount == 1_000


def test_a_key_is_forgotten_after_a_day(fake_stripe: FakeStripe) -> None:
    v1 = fake_stripe.client().v1
    v1.payment_intents.create(INTENT, KEY)
    fake_stripe.advance(1.1)
    v1.payment_intents.create(INTENT, KEY)
    assert len(v1.payment_intents.list().data) == 2


def _headers(thing: Any) -> Any:
    return thing.last_response.headers
