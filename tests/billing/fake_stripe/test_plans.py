"""Plans: begun at the checkout, renewed by the clock, changed in the portal."""

from typing import Any

import pytest
import stripe

from tests.billing.fake_stripe.story import NO_MONEY, SUCCESS, customer, monthly, saved_card
from tests.fake_stripe_fixture import FakeStripe


@pytest.fixture
def v1(fake_stripe: FakeStripe) -> Any:
    return fake_stripe.client().v1


@pytest.fixture
def alice(v1: Any) -> str:
    return customer(v1)


@pytest.fixture
def plan(v1: Any, fake_stripe: FakeStripe, alice: str) -> Any:
    """A plan for $20 a month that Alice began."""
    session = v1.checkout.sessions.create(
        {"mode": "subscription", "customer": alice, "success_url": SUCCESS,
         "line_items": [{"price": monthly(v1), "quantity": 1}], "subscription_data": {"metadata": {"plan": "studio"}}}
    )  # fmt: skip
    assert fake_stripe.pay(session.url).status_code == 303
    return v1.subscriptions.retrieve(v1.checkout.sessions.retrieve(session.id).subscription)


def test_it_begins_with_a_paid_invoice(v1: Any, plan: Any) -> None:
    assert (plan.status, plan.metadata["plan"], plan.cancel_at_period_end) == ("active", "studio", False)
    invoice = v1.invoices.retrieve(plan.latest_invoice, {"expand": ["payments"]})
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == ("paid", 2_000, "subscription_create")
    assert invoice.parent.subscription_details.subscription == plan.id
    intent = v1.payment_intents.retrieve(invoice.payments.data[0].payment.payment_intent)
    assert (intent.status, intent.amount_received) == ("succeeded", 2_000)
    of_intent = v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent.id}})
    assert [each.invoice for each in of_intent.data] == [invoice.id]


def test_each_month_it_is_paid_again(v1: Any, fake_stripe: FakeStripe, plan: Any) -> None:
    assert fake_stripe.advance(95)["renewed"] == 3
    invoices = v1.invoices.list({"subscription": plan.id, "status": "paid"}).data
    assert [each.billing_reason for each in invoices] == ["subscription_cycle"] * 3 + ["subscription_create"]
    periods = [(each.period_start, each.period_end) for each in invoices]
    assert [start for start, _ in periods[:-1]] == [end for _, end in periods[1:]]


def test_a_refused_renewal_is_past_due_until_it_is_paid(v1: Any, fake_stripe: FakeStripe, plan: Any) -> None:
    fake_stripe.order("decline", code="insufficient_funds")
    fake_stripe.act("renew", plan.id)
    late = v1.subscriptions.retrieve(plan.id)
    assert late.status == "past_due"
    assert v1.invoices.retrieve(late.latest_invoice).status == "open"
    v1.invoices.pay(late.latest_invoice)
    assert v1.subscriptions.retrieve(plan.id).status == "active"
    with pytest.raises(stripe.InvalidRequestError):
        v1.invoices.pay(late.latest_invoice)


def test_in_the_portal_it_is_canceled_and_kept_after_all(v1: Any, fake_stripe: FakeStripe, plan: Any) -> None:
    portal = v1.billing_portal.sessions.create({"customer": plan.customer, "return_url": "http://localhost:8000/"})
    assert "Cancel plan" in fake_stripe.http.get(portal.url).text
    fake_stripe.http.post(f"{portal.url}/cancel", data={"plan": plan.id})
    assert v1.subscriptions.retrieve(plan.id).cancel_at_period_end is True
    fake_stripe.http.post(f"{portal.url}/keep", data={"plan": plan.id})
    assert v1.subscriptions.retrieve(plan.id).cancel_at_period_end is False
    fake_stripe.http.post(f"{portal.url}/cancel", data={"plan": plan.id})
    fake_stripe.advance(32)
    assert v1.subscriptions.retrieve(plan.id).status == "canceled"
    assert v1.subscriptions.list({"customer": plan.customer}).data == []
    assert len(v1.invoices.list().data) == 1


def test_in_the_portal_another_card_pays_from_now_on(v1: Any, fake_stripe: FakeStripe, plan: Any) -> None:
    portal = v1.billing_portal.sessions.create({"customer": plan.customer, "return_url": "http://localhost:8000/"})
    refused = fake_stripe.http.post(f"{portal.url}/card", data={"card": NO_MONEY})
    assert (refused.status_code, "insufficient funds" in refused.text) == (402, True)
    assert v1.subscriptions.retrieve(plan.id).default_payment_method == plan.default_payment_method
    fake_stripe.http.post(f"{portal.url}/card", data={"card": "5555555555554444"})
    card = v1.subscriptions.retrieve(plan.id, {"expand": ["default_payment_method"]}).default_payment_method
    assert (card.card.brand, card.card.last4) == ("mastercard", "4444")
    fake_stripe.http.post(f"{portal.url}/remove", data={"card": card.id})
    assert v1.payment_methods.retrieve(card.id).customer is None


def test_a_portal_is_open_only_to_its_own_customer(v1: Any, fake_stripe: FakeStripe, plan: Any) -> None:
    mallory = customer(v1, "mallory@example.com")
    portal = v1.billing_portal.sessions.create({"customer": mallory, "return_url": "http://localhost:8000/"})
    fake_stripe.http.post(f"{portal.url}/cancel", data={"plan": plan.id})
    fake_stripe.http.post(f"{portal.url}/remove", data={"card": plan.default_payment_method})
    assert v1.subscriptions.retrieve(plan.id).cancel_at_period_end is False
    assert v1.payment_methods.retrieve(plan.default_payment_method).customer == plan.customer
    assert fake_stripe.http.get(f"{fake_stripe.url}/portal/guessed").status_code == 404


def test_without_a_checkout_the_saved_card_begins_it(v1: Any, alice: str) -> None:
    price = monthly(v1)
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
        v1.subscriptions.create({"customer": alice, "items": [{"price": price}]})
    card = saved_card(v1, alice)
    made = v1.subscriptions.create({"customer": alice, "items": [{"price": price}], "default_payment_method": card})
    assert made.status == "active"
    dearer = monthly(v1, 5_000)
    changed = v1.subscriptions.update(made.id, {"items": [{"id": made["items"].data[0].id, "price": dearer}]})
    assert changed["items"].data[0].price.unit_amount == 5_000
    assert v1.subscriptions.cancel(made.id).status == "canceled"
