"""Checkout Sessions, paid as a person does, at the hosted page."""

from typing import Any

import pytest
import stripe

from tests.billing.fake_stripe.story import BANK_ASKS, FINE, NO_MONEY, SUCCESS, customer, top_up
from tests.fake_stripe_fixture import FakeStripe


@pytest.fixture
def v1(fake_stripe: FakeStripe) -> Any:
    return fake_stripe.client().v1


def test_paying_completes_the_session_and_saves_the_card(v1: Any, fake_stripe: FakeStripe) -> None:
    alice = customer(v1)
    data = {"setup_future_usage": "off_session", "metadata": {"payment": "pay_1"}}
    session = v1.checkout.sessions.create(top_up(2_500, customer=alice, payment_intent_data=data))
    page = fake_stripe.http.get(session.url)
    assert "Simulated." in page.text
    assert "Pay $25.00" in page.text
    assert "form-action 'self' http://localhost:8000;" in page.headers["Content-Security-Policy"]
    assert fake_stripe.pay(session.url).headers["location"] == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id)
    told = v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (told.status, told.payment_status, told.amount_total, told.url) == ("complete", "paid", 2_500, None)
    assert (told.payment_intent.status, told.payment_intent.metadata["payment"]) == ("succeeded", "pay_1")
    assert [card.id for card in v1.customers.payment_methods.list(alice).data] == [told.payment_intent.payment_method]


def test_a_refused_card_is_said_on_the_page_and_another_one_pays(v1: Any, fake_stripe: FakeStripe) -> None:
    session = v1.checkout.sessions.create(top_up())
    refused = fake_stripe.pay(session.url, NO_MONEY)
    assert refused.status_code == 402
    assert "Your card has insufficient funds." in refused.text
    assert v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert fake_stripe.pay(session.url, FINE).status_code == 303
    assert len(v1.payment_intents.list().data) == 1
    assert [each.status for each in v1.charges.list().data] == ["succeeded", "failed"]


def test_the_bank_asks_first(v1: Any, fake_stripe: FakeStripe) -> None:
    session = v1.checkout.sessions.create(top_up())
    refused = fake_stripe.pay(session.url, BANK_ASKS, bank="no")
    assert refused.headers["location"] == f"/pay/{session.id}"
    assert "unable to authenticate" in fake_stripe.http.get(session.url).text
    assert v1.checkout.sessions.retrieve(session.id).status == "open"
    assert fake_stripe.pay(session.url, BANK_ASKS, bank="yes").headers["location"].startswith("http://localhost:8000/")
    assert v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_a_paid_page_and_an_expired_one_take_no_more(v1: Any, fake_stripe: FakeStripe) -> None:
    paid = v1.checkout.sessions.create(top_up())
    fake_stripe.pay(paid.url)
    assert fake_stripe.pay(paid.url).headers["location"] == f"/pay/{paid.id}"
    late = v1.checkout.sessions.create(top_up())
    fake_stripe.advance(2)
    assert v1.checkout.sessions.retrieve(late.id).status == "expired"
    fake_stripe.pay(late.url)
    page = fake_stripe.http.get(late.url)
    assert (page.status_code, "Nothing was charged" in page.text) == (410, True)
    assert len(v1.payment_intents.list().data) == 1


def test_saving_a_card_charges_nothing(v1: Any, fake_stripe: FakeStripe) -> None:
    alice = customer(v1)
    session = v1.checkout.sessions.create(
        {"mode": "setup", "customer": alice, "currency": "usd", "success_url": SUCCESS}
    )
    fake_stripe.pay(session.url)
    told = v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.payment_method"]})
    assert (told.status, told.payment_status, told.payment_intent) == ("complete", "no_payment_required", None)
    assert told.setup_intent.payment_method.customer == alice
    assert v1.charges.list().data == []


def test_the_card_of_somebody_else_cannot_be_picked(v1: Any, fake_stripe: FakeStripe) -> None:
    mallorys = v1.payment_methods.attach("pm_card_visa", {"customer": customer(v1, "mallory@example.com")}).id
    session = v1.checkout.sessions.create(top_up(customer=customer(v1)))
    assert fake_stripe.pay(session.url, mallorys).status_code == 402
    assert v1.charges.list().data == []


def test_an_invoice_is_made_when_wanted(v1: Any, fake_stripe: FakeStripe) -> None:
    session = v1.checkout.sessions.create(top_up(900, customer=customer(v1), invoice_creation={"enabled": True}))
    fake_stripe.pay(session.url)
    told = v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice.payments"]})
    assert (told.invoice.status, told.invoice.amount_paid) == ("paid", 900)
    assert told.invoice.payments.data[0].payment.payment_intent == told.payment_intent
    assert "$9.00" in fake_stripe.http.get(told.invoice.hosted_invoice_url).text


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": "donation"}, "mode"),
        ({"success_url": ""}, "success_url"),
        ({"line_items": []}, "line_items"),
        ({"ui_mode": "elements"}, "ui_mode"),
        ({"customer": "cus_of_nobody"}, "customer"),
        ({"expires_at": 1}, "expires_at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_session_is_refused_by_name(v1: Any, change: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        v1.checkout.sessions.create(top_up() | change)
    assert caught.value.param == param
    assert v1.checkout.sessions.list().data == []


def test_a_form_of_a_page_of_elsewhere_pays_nothing(v1: Any, fake_stripe: FakeStripe) -> None:
    session = v1.checkout.sessions.create(top_up())
    posted = fake_stripe.http.post(session.url, data={"card": FINE}, headers={"Origin": "http://evil.example"})
    assert posted.status_code == 403
    assert v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_cancel_link_that_is_no_web_address_is_not_drawn(v1: Any, fake_stripe: FakeStripe) -> None:
    session = v1.checkout.sessions.create(top_up() | {"cancel_url": "javascript:alert(1)"})
    assert "javascript:" not in fake_stripe.http.get(session.url).text
