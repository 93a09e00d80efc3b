"""Cards: paid, refused, asked for by the bank; money given back and taken back."""

from typing import Any

import pytest
import stripe

from tests.billing.fake_stripe.story import charge, customer, saved_card
from tests.fake_stripe_fixture import FakeStripe


@pytest.fixture
def v1(fake_stripe: FakeStripe) -> Any:
    return fake_stripe.client().v1


@pytest.fixture
def alice(v1: Any) -> str:
    return customer(v1)


def test_a_saved_card_pays_while_its_owner_is_away(v1: Any, alice: str) -> None:
    paid = charge(v1, alice, saved_card(v1, alice), 2_500, metadata={"payment": "pay_1"}, expand=["latest_charge"])
    assert (paid.status, paid.amount_received, paid.metadata["payment"]) == ("succeeded", 2_500, "pay_1")
    assert (paid.latest_charge.paid, paid.latest_charge.amount) == (True, 2_500)
    assert paid.latest_charge.receipt_url.startswith("http://127.0.0.1:")
    booked = v1.balance_transactions.retrieve(paid.latest_charge.balance_transaction)
    assert (booked.amount, booked.fee, booked.net) == (2_500, 102, 2_398)


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ],
)
def test_a_refusing_bank_is_said_in_stripes_words(v1: Any, token: str, code: str, decline_code: str) -> None:
    with pytest.raises(stripe.CardError) as caught:
        v1.payment_intents.create({"amount": 900, "currency": "usd", "payment_method": token, "confirm": True})
    error: Any = caught.value.error
    assert (error.code, error.decline_code, error.payment_intent.status) == (
        code, decline_code, "requires_payment_method",
    )  # fmt: skip
    kept = v1.payment_intents.retrieve(error.payment_intent.id, {"expand": ["latest_charge"]})
    assert (kept.amount_received, kept.latest_charge.status, kept.latest_charge.paid) == (0, "failed", False)
    assert v1.balance_transactions.list().data == []


def test_a_card_that_is_refused_can_not_be_saved_but_one_can_and_is_refused_later(v1: Any, alice: str) -> None:
    with pytest.raises(stripe.CardError):
        saved_card(v1, alice, "pm_card_visa_chargeDeclined")
    card = saved_card(v1, alice, "pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError, match="declined"):
        charge(v1, alice, card)


def test_off_session_a_bank_that_asks_is_a_refusal_that_says_so(v1: Any, alice: str) -> None:
    card = saved_card(v1, alice, "pm_card_authenticationRequired")
    with pytest.raises(stripe.CardError) as caught:
        charge(v1, alice, card)
    assert caught.value.code == "authentication_required"
    intent: Any = caught.value.error
    assert intent.payment_intent.last_payment_error.payment_method.id == card


def test_a_card_set_up_with_its_owner_there_is_not_asked_for_again(
    v1: Any, fake_stripe: FakeStripe, alice: str
) -> None:
    card = saved_card(v1, alice, "pm_card_authenticationRequiredOnSetup")
    with pytest.raises(stripe.CardError):
        charge(v1, alice, card)
    setup = v1.setup_intents.create({"customer": alice, "payment_method": card, "confirm": True})
    assert setup.status == "requires_action"
    fake_stripe.http.post(setup.next_action.redirect_to_url.url, data={"answer": "yes"})
    assert v1.setup_intents.retrieve(setup.id).status == "succeeded"
    assert charge(v1, alice, card).status == "succeeded"


@pytest.mark.parametrize(("answer", "status"), [("yes", "succeeded"), ("no", "requires_payment_method")])
def test_the_bank_is_answered(v1: Any, fake_stripe: FakeStripe, answer: str, status: str) -> None:
    wanted = {"amount": 900, "currency": "usd", "confirm": True, "return_url": "http://localhost:8000/back"}
    intent = v1.payment_intents.create({**wanted, "payment_method": "pm_card_authenticationRequired"})
    assert intent.status == "requires_action"
    answered = fake_stripe.http.post(intent.next_action.redirect_to_url.url, data={"answer": answer})
    assert answered.headers["location"] == "http://localhost:8000/back"
    assert v1.payment_intents.retrieve(intent.id).status == status


def test_another_customers_card_is_refused(v1: Any, alice: str) -> None:
    card = saved_card(v1, alice)
    with pytest.raises(stripe.InvalidRequestError, match="different Customer"):
        charge(v1, customer(v1, "mallory@example.com"), card)
    assert v1.payment_intents.list().data == []


def test_refunds_go_down_to_a_cent_and_never_beyond_what_was_paid(v1: Any, alice: str) -> None:
    paid = charge(v1, alice, saved_card(v1, alice), 1_000)
    assert v1.refunds.create({"payment_intent": paid.id, "amount": 1}).amount == 1
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        v1.refunds.create({"payment_intent": paid.id, "amount": 1_000})
    assert v1.refunds.create({"charge": paid.latest_charge}).amount == 999
    with pytest.raises(stripe.InvalidRequestError) as caught:
        v1.refunds.create({"charge": paid.latest_charge})
    assert caught.value.code == "charge_already_refunded"
    kept = v1.charges.retrieve(paid.latest_charge, {"expand": ["refunds"]})
    assert (kept.amount_refunded, kept.refunded, len(kept.refunds.data)) == (1_000, True, 2)


@pytest.mark.parametrize(("end", "balance"), [("win", -1_500), ("lose", -2_500)])
def test_a_dispute_takes_the_money_and_a_won_one_brings_it_back(
    v1: Any, fake_stripe: FakeStripe, alice: str, end: str, balance: int
) -> None:
    paid = charge(v1, alice, saved_card(v1, alice), 1_000)
    dispute = fake_stripe.act("dispute", paid.id)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        v1.refunds.create({"payment_intent": paid.id})
    assert caught.value.code == "charge_disputed"
    fake_stripe.act(end, dispute["id"])
    told = v1.disputes.retrieve(dispute["id"])
    assert told.status == {"win": "won", "lose": "lost"}[end]
    assert sum(each.net for each in told.balance_transactions) == balance


def test_the_card_of_a_fraud_pays_and_is_disputed_at_once(v1: Any, alice: str) -> None:
    paid = charge(v1, alice, saved_card(v1, alice, "pm_card_createDispute"))
    assert [(each.payment_intent, each.reason) for each in v1.disputes.list().data] == [(paid.id, "fraudulent")]


def test_the_bank_and_what_is_paid_can_be_ordered(v1: Any, fake_stripe: FakeStripe, alice: str) -> None:
    card = saved_card(v1, alice)
    fake_stripe.order("decline", code="insufficient_funds")
    with pytest.raises(stripe.CardError, match="insufficient"):
        charge(v1, alice, card)
    fake_stripe.order("another_amount", cents=77)
    fake_stripe.order("another_currency", currency="eur")
    paid = charge(v1, alice, card, 1_000)
    assert (paid.amount, paid.amount_received, paid.currency) == (77, 77, "eur")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"amount": 49, "currency": "usd"}, "amount_too_small"),
        ({"amount": 100_000_000, "currency": "usd"}, "amount_too_large"),
        ({"amount": "1e3", "currency": "usd"}, "parameter_invalid_integer"),
        ({"amount": 900}, "parameter_missing"),
        ({"amount": 900, "currency": ""}, "parameter_invalid_empty"),
        ({"amount": 900, "currency": "usd", "price": 1}, "parameter_unknown"),
        ({"amount": 900, "currency": "usd", "customer": "cus_of_nobody"}, "resource_missing"),
    ],
)
def test_bad_parameters_are_refused_by_name(v1: Any, params: Any, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        v1.payment_intents.create(params)
    assert caught.value.code == code
    assert v1.payment_intents.list().data == []


def test_a_paid_intent_is_neither_canceled_nor_confirmed_again(v1: Any, alice: str) -> None:
    paid = charge(v1, alice, saved_card(v1, alice))
    for act in (v1.payment_intents.cancel, v1.payment_intents.confirm):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            act(paid.id)
        assert caught.value.code == "payment_intent_unexpected_state"
    assert v1.payment_intents.retrieve(paid.id).status == "succeeded"
