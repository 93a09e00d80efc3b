"""Every object is what stripe-python's own types say: nothing missing, nothing invented, words of its enumerations."""

from typing import Any, get_args

import pytest
import stripe

from tests.billing.fake_stripe.shapes import faults
from tests.billing.fake_stripe.story import customer, live, top_up
from tests.fake_stripe_fixture import FakeStripe

PATHS = (
    "customers", "payment_methods", "setup_intents", "payment_intents", "charges", "refunds", "disputes",
    "balance_transactions", "checkout/sessions", "products", "prices", "subscriptions?status=all", "invoices",
    "invoice_payments", "billing_portal/configurations", "events",
)  # fmt: skip


def _all(fake: FakeStripe, path: str) -> list[dict[str, Any]]:
    answer = fake.http.get(
        f"/v1/{path}{'&' if '?' in path else '?'}limit=100", headers={"Authorization": f"Bearer {fake.key}"}
    )
    return list(answer.raise_for_status().json()["data"])


def test_every_object_of_a_whole_story_fits(fake_stripe: FakeStripe) -> None:
    live(fake_stripe)
    for path in PATHS:
        things = _all(fake_stripe, path)
        assert things, path
        for thing in things:
            assert faults(thing) == []


def test_every_event_carries_an_object_that_fits_and_has_a_type_of_stripes(fake_stripe: FakeStripe) -> None:
    live(fake_stripe)
    events = _all(fake_stripe, "events")
    names = {event["type"] for event in events}
    assert names <= set(get_args(stripe.Event.__annotations__["type"]))
    assert {
        "checkout.session.completed", "checkout.session.expired", "payment_intent.succeeded",
        "payment_intent.payment_failed", "payment_intent.requires_action", "payment_intent.canceled",
        "charge.succeeded", "charge.failed", "charge.refunded", "charge.dispute.created", "charge.dispute.closed",
        "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated", "refund.created", "invoice.paid",
        "setup_intent.succeeded", "customer.subscription.created", "customer.subscription.updated",
        "customer.subscription.deleted", "payment_method.attached", "payment_method.detached",
    } <= {event["type"] for event in events} | {
        event.type for event in fake_stripe.client().v1.events.list({"limit": 100}).auto_paging_iter()
    }  # fmt: skip
    for event in events:
        assert faults(event["data"]["object"]) == []


@pytest.mark.parametrize(
    ("path", "expand"),
    [
        ("checkout/sessions", ["line_items", "payment_intent.latest_charge.balance_transaction", "customer"]),
        ("payment_intents", ["latest_charge.refunds", "payment_method", "customer"]),
        ("invoices", ["payments", "customer"]),
        ("subscriptions?status=all", ["latest_invoice.payments", "default_payment_method"]),
        ("refunds", ["charge", "payment_intent", "balance_transaction"]),
        ("disputes", ["charge"]),
        ("customers", ["subscriptions", "invoice_settings.default_payment_method"]),
    ],
)
def test_what_is_expanded_fits_too(fake_stripe: FakeStripe, path: str, expand: list[str]) -> None:
    live(fake_stripe)
    asked = "&".join(f"expand[]=data.{name}" for name in expand)
    things = _all(fake_stripe, f"{path}{'&' if '?' in path else '?'}{asked}")
    assert things
    for thing in things:
        assert faults(thing) == []


def test_an_error_fits_and_becomes_the_clients_own_class(fake_stripe: FakeStripe) -> None:
    v1: Any = fake_stripe.client().v1
    with pytest.raises(stripe.InvalidRequestError) as missing:
        v1.payment_intents.create({"currency": "usd"})
    wanted = {"amount": 900, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa_chargeDeclined"}
    with pytest.raises(stripe.CardError) as refused:
        v1.payment_intents.create(wanted)
    for caught in (missing, refused):
        body: Any = caught.value.json_body
        assert faults(body["error"], stripe.ErrorObject) == []
    assert (missing.value.code, missing.value.param) == ("parameter_missing", "amount")
    assert (refused.value.code, refused.value.http_status) == ("card_declined", 402)


def test_the_portal_and_a_new_session_fit(fake_stripe: FakeStripe) -> None:
    v1 = fake_stripe.client().v1
    alice = customer(v1)
    portal = v1.billing_portal.sessions.create({"customer": alice, "return_url": "http://localhost:8000/"})
    session = v1.checkout.sessions.create(top_up(customer=alice))  # type: ignore[arg-type]
    assert faults(portal.to_dict()) == []
    assert faults(session.to_dict()) == []
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)


def test_the_check_can_fail(fake_stripe: FakeStripe) -> None:
    alice = fake_stripe.client().v1.customers.create({"email": "a@example.com"}).to_dict()
    spoiled = {name: value for name, value in alice.items() if name != "livemode"}
    assert faults(spoiled | {"tax_exempt": "often", "invented": 1, "created": "now"}) == [
        "customer.invented is not known",
        "customer.created is 'now', not int",
        "customer.livemode is missing",
        "customer.tax_exempt is 'often', none of ['exempt', 'none', 'reverse']",
    ]
