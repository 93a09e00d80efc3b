"""The API's manners: keys, versions, pages of lists, expansion, errors, and what it does wrong when told to."""

from typing import Any

import pytest
import stripe

from tests.billing.fake_stripe.story import charge, customer, saved_card
from tests.fake_stripe_fixture import FakeStripe


@pytest.fixture
def v1(fake_stripe: FakeStripe) -> Any:
    return fake_stripe.client().v1


def test_without_the_right_key_nothing_is_said(fake_stripe: FakeStripe) -> None:
    wrong = stripe.StripeClient("sk_test_wrong", base_addresses={"api": fake_stripe.url}, max_network_retries=0)
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        wrong.v1.customers.list()
    assert fake_stripe.http.get("/v1/customers").status_code == 401


def test_another_version_of_the_api_is_refused_loudly(fake_stripe: FakeStripe) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        fake_stripe.client(stripe_version="2020-08-27").v1.customers.list()


def test_an_unknown_path_and_an_unknown_object_are_404(fake_stripe: FakeStripe, v1: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        v1.coupons.list()
    with pytest.raises(stripe.InvalidRequestError) as caught:
        v1.payment_intents.retrieve("pi_of_nobody")
    assert (caught.value.http_status, caught.value.code, caught.value.param) == (404, "resource_missing", "id")


def test_lists_come_page_by_page_the_newest_first(v1: Any) -> None:
    made = [customer(v1, f"{number}@example.com") for number in range(7)]
    first = v1.customers.list({"limit": 3})
    assert ([each.id for each in first.data], first.has_more) == (made[:3:-1], True)
    assert [each.id for each in first.auto_paging_iter()] == made[::-1]
    back = v1.customers.list({"limit": 2, "ending_before": made[1]})
    assert ([each.id for each in back.data], back.has_more) == ([made[3], made[2]], True)
    with pytest.raises(stripe.InvalidRequestError):
        v1.customers.list({"limit": 101})


def test_a_sweep_asks_for_what_was_made_since(v1: Any, fake_stripe: FakeStripe) -> None:
    customer(v1, "old@example.com")
    since = fake_stripe.advance(1)["now"]
    new = customer(v1, "new@example.com")
    assert [each.id for each in v1.customers.list({"created": {"gte": since}}).data] == [new]
    assert [each.email for each in v1.customers.list({"created": {"lt": since}}).data] == ["old@example.com"]
    assert [each.id for each in v1.customers.list({"email": "new@example.com"}).data] == [new]


def test_what_can_be_expanded_is_and_what_can_not_is_refused(v1: Any) -> None:
    alice = customer(v1)
    paid = charge(v1, alice, saved_card(v1, alice))
    listed = v1.payment_intents.list({"customer": alice, "expand": ["data.latest_charge"]}).data[0]
    assert listed.latest_charge.payment_intent == paid.id
    for path in ("amount", "invented", "customer.invented"):
        with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
            v1.payment_intents.retrieve(paid.id, {"expand": [path]})


def test_metadata_is_joined_and_emptied(v1: Any) -> None:
    alice = customer(v1)
    told = v1.customers.update(alice, {"metadata": {"workspace": "", "plan": "studio", "an odd key": "é ∑ &="}})
    assert told.metadata.to_dict() == {"plan": "studio", "an odd key": "é ∑ &="}
    assert v1.customers.update(alice, {"metadata": ""}).metadata.to_dict() == {}


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        ("error_500", stripe.APIError, 0),
        ("do_then_error_500", stripe.APIError, 1),
        ("drop", stripe.APIConnectionError, 0),
        ("do_then_drop", stripe.APIConnectionError, 1),
        ("rate_limit", stripe.RateLimitError, 0),
        ("bad_key", stripe.AuthenticationError, 0),
        ("html", stripe.APIError, 0),
    ],
)
def test_what_goes_wrong_is_what_it_was_told(
    v1: Any, fake_stripe: FakeStripe, fault: str, error: type[Exception], made: int
) -> None:
    fake_stripe.order(fault)
    with pytest.raises(error):
        customer(v1)
    assert len(v1.customers.list().data) == made


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("faults", {"fault": "earthquake"}, "fault"),
        ("faults", {"fault": "slow", "times": 0}, "times"),
        ("faults", {"fault": "slow", "options": {"colour": 1}}, "options"),
        ("faults", {"fault": "decline", "options": {"code": "mood"}}, "options.code"),
        ("act", {"act": "dance", "id": "pi_1"}, "act"),
        ("act", {"act": "refund", "id": "pi_1", "amount": -1}, "amount"),
        ("advance", {"days": -1}, "days"),
        ("release", {"order": "shuffled"}, "order"),
        ("say", {"type": "x"}, "object"),
    ],
)
def test_the_control_names_what_makes_no_sense(fake_stripe: FakeStripe, path: str, body: Any, field: str) -> None:
    answer = fake_stripe.http.post(f"/control/{path}", json=body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert fake_stripe.counts()["faults_waiting"] == []


def test_the_control_takes_nothing_from_other_pages(fake_stripe: FakeStripe, v1: Any) -> None:
    customer(v1)
    answer = fake_stripe.http.post("/control/reset", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert len(v1.customers.list().data) == 1
