"""Plans are changed in the portal as its configuration says: dearer at once, cheaper when the period ends."""

from typing import Any

import pytest
import stripe

from tests.billing.fake_stripe.shapes import faults
from tests.billing.fake_stripe.story import SUCCESS, customer, monthly
from tests.fake_stripe_fixture import FakeStripe


@pytest.fixture
def v1(fake_stripe: FakeStripe) -> Any:
    return fake_stripe.client().v1


@pytest.fixture
def prices(v1: Any) -> list[str]:
    return [monthly(v1, cents) for cents in (1_000, 3_000, 9_000)]


@pytest.fixture
def plan(v1: Any, fake_stripe: FakeStripe, prices: list[str]) -> Any:
    """A plan for $30 a month."""
    session = v1.checkout.sessions.create(
        {"mode": "subscription", "customer": customer(v1), "success_url": SUCCESS,
         "line_items": [{"price": prices[1], "quantity": 1}]}
    )  # fmt: skip
    assert fake_stripe.pay(session.url).status_code == 303
    return v1.subscriptions.retrieve(v1.checkout.sessions.retrieve(session.id).subscription)


@pytest.fixture
def portal(v1: Any, prices: list[str], plan: Any) -> str:
    changes = {
        "enabled": True, "default_allowed_updates": ["price"], "proration_behavior": "always_invoice",
        "products": [{"product": v1.prices.retrieve(price).product, "prices": [price]} for price in prices],
        "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
    }  # fmt: skip
    rules = v1.billing_portal.configurations.create({"features": {"subscription_update": changes}})
    assert faults(rules.to_dict()) == []
    session = {"customer": plan.customer, "configuration": rules.id, "return_url": "http://localhost:8000/"}
    return str(v1.billing_portal.sessions.create(session).url)


def price_of(v1: Any, plan: Any) -> int:
    return int(v1.subscriptions.retrieve(plan.id)["items"].data[0].price.unit_amount)


def test_a_dearer_plan_begins_at_once_and_the_rest_of_the_period_is_charged(
    v1: Any, fake_stripe: FakeStripe, plan: Any, prices: list[str], portal: str
) -> None:
    item = plan["items"].data[0]
    fake_stripe.advance((item.current_period_end - item.current_period_start) / 2 / 86_400)
    assert "the rest of this period is charged now" in fake_stripe.http.get(portal).text
    fake_stripe.http.post(f"{portal}/switch", data={"plan": plan.id, "price": prices[2]})
    assert price_of(v1, plan) == 9_000
    invoice = v1.invoices.list({"subscription": plan.id, "limit": 1, "expand": ["data.payments"]}).data[0]
    assert faults(invoice.to_dict()) == []
    assert (invoice.billing_reason, invoice.status, invoice.amount_paid) == ("subscription_update", "paid", 3_000)
    assert [line.amount for line in invoice.lines.data] == [-1_500, 4_500]
    assert all(line.parent.subscription_item_details.proration for line in invoice.lines.data)
    fake_stripe.act("renew", plan.id)
    assert v1.invoices.list({"subscription": plan.id, "limit": 1}).data[0].amount_paid == 9_000


def test_a_cheaper_plan_waits_for_the_end_of_the_period(
    v1: Any, fake_stripe: FakeStripe, plan: Any, prices: list[str], portal: str
) -> None:
    fake_stripe.http.post(f"{portal}/switch", data={"plan": plan.id, "price": prices[0]})
    waiting = v1.subscriptions.retrieve(plan.id, {"expand": ["schedule"]})
    assert (price_of(v1, plan), waiting.schedule.status) == (3_000, "active")
    assert faults(waiting.schedule.to_dict()) == []
    assert "changes with the next period" in fake_stripe.http.get(portal).text
    fake_stripe.act("renew", plan.id)
    assert (price_of(v1, plan), v1.subscriptions.retrieve(plan.id).schedule) == (1_000, None)
    paid = v1.invoices.list({"subscription": plan.id}).data
    assert [(one.billing_reason, one.amount_paid) for one in paid] == [
        ("subscription_cycle", 1_000),
        ("subscription_create", 3_000),
    ]


def test_what_waits_is_given_up_in_the_portal_or_by_the_api(
    v1: Any, fake_stripe: FakeStripe, plan: Any, prices: list[str], portal: str
) -> None:
    for give_up in (
        lambda _: fake_stripe.http.post(f"{portal}/keep", data={"plan": plan.id}),
        v1.subscription_schedules.release,
    ):
        fake_stripe.http.post(f"{portal}/switch", data={"plan": plan.id, "price": prices[0]})
        schedule = v1.subscriptions.retrieve(plan.id).schedule
        with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
            v1.subscriptions.update(plan.id, {"cancel_at_period_end": True})
        give_up(schedule)
        assert v1.subscription_schedules.retrieve(schedule).status == "released"
        with pytest.raises(stripe.InvalidRequestError, match="cannot release"):
            v1.subscription_schedules.release(schedule)
    fake_stripe.act("renew", plan.id)
    assert price_of(v1, plan) == 3_000


def test_a_card_that_is_refused_changes_nothing(
    v1: Any, fake_stripe: FakeStripe, plan: Any, prices: list[str], portal: str
) -> None:
    fake_stripe.order("decline", code="insufficient_funds")
    refused = fake_stripe.http.post(f"{portal}/switch", data={"plan": plan.id, "price": prices[2]})
    assert (refused.status_code, "insufficient funds" in refused.text) == (402, True)
    assert price_of(v1, plan) == 3_000
    assert v1.invoices.list({"subscription": plan.id, "limit": 1}).data[0].status == "void"


def test_only_what_is_offered_can_be_changed_to(
    v1: Any, fake_stripe: FakeStripe, plan: Any, prices: list[str], portal: str
) -> None:
    fake_stripe.http.post(f"{portal}/switch", data={"plan": plan.id, "price": monthly(v1, 1)})
    plain = v1.billing_portal.sessions.create({"customer": plan.customer, "return_url": "http://localhost:8000/"}).url
    fake_stripe.http.post(f"{plain}/switch", data={"plan": plan.id, "price": prices[2]})
    fake_stripe.http.post(f"{portal}/cancel", data={"plan": plan.id})
    fake_stripe.http.post(f"{portal}/switch", data={"plan": plan.id, "price": prices[2]})
    assert price_of(v1, plan) == 3_000
