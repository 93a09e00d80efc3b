"""Everything that can happen at the fake Stripe, once: so that every kind of object exists."""

import contextlib
from typing import Any

import stripe

from tests.fake_stripe_fixture import FakeStripe

SUCCESS = "http://localhost:8000/done?session={CHECKOUT_SESSION_ID}"
FINE, BANK_ASKS, NO_MONEY = "4242424242424242", "4000002500003155", "4000000000009995"


def customer(v1: Any, email: str = "alice@example.com") -> str:
    return str(v1.customers.create({"email": email, "name": "Alice", "metadata": {"workspace": "ws_1"}}).id)


def monthly(v1: Any, cents: int = 2_000) -> str:
    product = v1.products.create({"name": "Studio", "description": "For a small studio"})
    price = {"currency": "usd", "unit_amount": cents, "product": product.id, "recurring": {"interval": "month"}}
    return str(v1.prices.create({**price, "lookup_key": f"studio-{cents}"}).id)


def top_up(cents: int = 2_500, **more: Any) -> dict[str, Any]:
    """Parameters of a Checkout Session that pays once."""
    item = {"price_data": {"currency": "usd", "unit_amount": cents, "product_data": {"name": "Credit"}}, "quantity": 1}
    return {
        "mode": "payment", "line_items": [item], "success_url": SUCCESS, "cancel_url": "http://localhost:8000/back",
        **more,
    }  # fmt: skip


def saved_card(v1: Any, owner: str, token: str = "pm_card_visa") -> str:
    return str(v1.payment_methods.attach(token, {"customer": owner}).id)


def charge(v1: Any, owner: str, card: str, cents: int = 1_000, **more: Any) -> Any:
    """Charge a saved card while its owner is away."""
    wanted = {"amount": cents, "currency": "usd", "customer": owner, "payment_method": card, "confirm": True}
    return v1.payment_intents.create({**wanted, "off_session": True, **more})


def live(fake: FakeStripe) -> Any:
    """Let all of it happen; gives the client."""
    v1: Any = fake.client().v1
    alice = customer(v1)
    save = {"setup_future_usage": "off_session", "metadata": {"payment": "pay_1"}}
    paid = v1.checkout.sessions.create(
        top_up(customer=alice, payment_intent_data=save, invoice_creation={"enabled": True})
    )
    assert fake.pay(paid.url).status_code == 303
    for card, bank in ((NO_MONEY, "yes"), (BANK_ASKS, "no"), (BANK_ASKS, "yes")):
        one = v1.checkout.sessions.create(top_up(customer_email="bob@example.com"))
        fake.pay(one.url, card, bank=bank)
    v1.checkout.sessions.expire(v1.checkout.sessions.create(top_up()).id)
    setup = v1.checkout.sessions.create({"mode": "setup", "customer": alice, "currency": "usd", "success_url": SUCCESS})
    fake.pay(setup.url, BANK_ASKS)
    plan = v1.checkout.sessions.create(
        {"mode": "subscription", "customer": alice, "success_url": SUCCESS,
         "line_items": [{"price": monthly(v1), "quantity": 1}], "subscription_data": {"metadata": {"plan": "studio"}}}
    )  # fmt: skip
    fake.pay(plan.url)
    fake.advance(32)
    subscription = v1.subscriptions.list({"customer": alice}).data[0]
    v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    fake.act("renew", subscription.id)
    card = saved_card(v1, alice)
    for cents, end in ((1_000, "win"), (1_100, "lose"), (1_200, "")):
        intent = charge(v1, alice, card, cents)
        dispute = fake.act("dispute", intent.id)
        if end:
            fake.act(end, dispute["id"])
    refunded = charge(v1, alice, card, 3_000)
    v1.refunds.create({"payment_intent": refunded.id, "amount": 1, "reason": "requested_by_customer"})
    fake.act("refund", refunded.id)
    with contextlib.suppress(stripe.CardError):
        charge(v1, alice, saved_card(v1, alice, "pm_card_chargeCustomerFail"))
    v1.payment_intents.cancel(v1.payment_intents.create({"amount": 500, "currency": "usd"}).id)
    v1.setup_intents.create({"customer": alice, "payment_method": card, "confirm": True})
    with contextlib.suppress(stripe.CardError):
        v1.setup_intents.create({"customer": alice, "payment_method": "pm_card_visa_chargeDeclined", "confirm": True})
    v1.billing_portal.sessions.create({"customer": alice, "return_url": "http://localhost:8000/"})
    v1.payment_methods.detach(card)
    return v1
