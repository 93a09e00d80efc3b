"""A bank that wants to see its customer, who is away: the payment is given up, and only then another one is offered."""

import httpx
import pytest
from django.core import mail

from accounts.errors import InvalidInput
from billing.errors import CardRefused, StripeUnreachable
from billing.models import AutoTopUp, Customer, Payment, PaymentState
from billing.services.give_up_intent import give_up_intent
from billing.services.pay_again import pay_again
from billing.services.settle_payment import settle_payment
from billing.services.tend_stripe import tend_stripe
from billing.services.top_up_automatically import top_up_automatically
from billing.stripe_api import charge_card, fetch_intent
from billing.stripe_facts import Intent
from tests.billing.stripe.conftest import DOLLAR
from tests.billing.stripe.till import KEY, run_tasks

pytestmark = pytest.mark.django_db
ASKS_ALWAYS, REFUSED_LATER = "4000002760003184", "4000000000000341"
STOPPED = "billing.tasks.automatic_stopped_mail"


@pytest.fixture
def asked(till, alice, give_card, turn_on) -> Payment:
    """An automatic top-up whose bank wants to see Alice."""
    give_card(ASKS_ALWAYS)
    turn_on()
    top_up_automatically(workspace_id=alice.workspace.id)
    return Payment.objects.get(purpose="automatic")


def confirm(till, intent: str) -> int:
    """Try to have Stripe make a payment after all, with a card that pays; gives the status."""
    address = f"{till.shop.address}/v1/payment_intents/{intent}/confirm"
    form = {"payment_method": "pm_card_visa", "return_url": "http://localhost:8000/"}
    return httpx.post(address, data=form, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False).status_code


def statuses(till) -> list[str]:
    return [intent["status"] for intent in till.all("payment_intent")]


def test_it_is_stopped_given_up_and_alice_is_told_what_to_do(till, asked, alice):
    assert (asked.state, statuses(till)) == (PaymentState.NEEDS_ACTION, ["canceled"])
    assert (AutoTopUp.objects.get().is_on, asked.why) == (
        False,
        "Your card was declined. This transaction requires authentication.",
    )
    run_tasks()
    till.tell()
    (letter,) = mail.outbox
    assert letter.subject == "The automatic top-up of Alice's studio needs your confirmation"
    for said in (
        "your bank wants you to confirm it, and nobody was there",
        "Nothing was charged, and this payment was given up: it cannot be charged any more.",
        "Paying at Stripe makes a new one, which your bank can ask you about.",
        f"/billing/payments/{asked.id}/",
    ):
        assert said in " ".join(str(letter.body).split())


def test_the_one_that_was_given_up_can_never_be_paid_beside_the_other(till, asked, alice, owner, credit_of):
    assert confirm(till, asked.intent) == 400
    address = pay_again(workspace_id=alice.workspace.id, payment_id=asked.id, by=owner)
    asked.refresh_from_db()
    again = Payment.objects.get(purpose="top_up")
    assert (asked.state, again.session in address) == (PaymentState.FAILED, True)
    till.pay(again.session)
    till.tell()
    assert confirm(till, asked.intent) == 400
    till.tell()
    assert (statuses(till), credit_of().available) == (["succeeded", "canceled"], 25 * DOLLAR)


def test_control_one_that_is_not_given_up_can_still_be_paid(till, alice, give_card):
    give_card(ASKS_ALWAYS)
    customer = Customer.objects.get()
    with pytest.raises(CardRefused) as refused:
        charge_card(
            customer=customer.stripe_id, payment_method=customer.payment_method, cents=2500, metadata={},
            description="", key="k",
        )  # fmt: skip
    assert (confirm(till, refused.value.intent), statuses(till)) == (200, ["succeeded"])


def test_while_stripe_cannot_be_asked_to_give_it_up_nothing_is_told_and_no_other_is_offered(
    till, alice, owner, give_card, turn_on
):
    give_card(ASKS_ALWAYS)
    turn_on()
    till.order("slow", seconds="0")  # the charge itself goes through, what follows does not
    till.order("error_500", times=None)
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nobody knows yet"
    payment = Payment.objects.get(purpose="automatic")
    assert (payment.state, AutoTopUp.objects.get().is_on) == (PaymentState.STARTED, True)
    assert STOPPED not in run_tasks()
    with pytest.raises(InvalidInput, match="still under way"):
        pay_again(workspace_id=alice.workspace.id, payment_id=payment.id, by=owner)
    with pytest.raises(StripeUnreachable):
        settle_payment(intent_id=till.all("payment_intent")[0]["id"])
    till.heal()
    till.tell()
    payment.refresh_from_db()
    assert (payment.state, statuses(till)) == (PaymentState.NEEDS_ACTION, ["canceled"])
    assert STOPPED not in run_tasks()
    assert len(mail.outbox) == 1


@pytest.fixture
def refused(till, alice, give_card, turn_on) -> Intent:
    """An automatic top-up that its bank has refused, and nobody here knows it yet."""
    give_card()
    turn_on()
    till.order("drop", times=3)
    top_up_automatically(workspace_id=alice.workspace.id)
    payment, customer = Payment.objects.get(purpose="automatic"), Customer.objects.get()
    till.order("ask_bank")
    with pytest.raises(CardRefused) as said:
        charge_card(
            customer=customer.stripe_id, payment_method=customer.payment_method, cents=2500,
            metadata={"workspace": payment.workspace_id, "payment": payment.id}, description="", key="another",
        )  # fmt: skip
    return fetch_intent(said.value.intent)


def test_one_that_was_confirmed_before_it_could_be_given_up_counts_as_paid(till, refused, alice, owner, credit_of):
    """The bank's question was answered at the last moment: Stripe refuses to cancel, so it is paid, and not again."""
    assert confirm(till, refused.id) == 200
    assert give_up_intent(refused).status == "succeeded"
    settle_payment(intent_id=refused.id)
    payment = Payment.objects.get(purpose="automatic")
    assert (payment.state, AutoTopUp.objects.get().is_on) == (PaymentState.SUCCEEDED, True)
    with pytest.raises(InvalidInput, match="was made"):
        pay_again(workspace_id=alice.workspace.id, payment_id=payment.id, by=owner)
    assert (credit_of().available, statuses(till)) == (25 * DOLLAR, ["succeeded"])


def test_told_three_times_it_is_given_up_once_and_mailed_once(till, refused):
    for _ in range(3):
        settle_payment(intent_id=refused.id)
    assert statuses(till) == ["canceled"]
    assert run_tasks().count(STOPPED) == 1
    assert len(till.of("payment_intent.canceled")) == 1


def test_one_that_was_given_up_counts_neither_as_in_flight_nor_for_the_months_cap(
    till, asked, alice, turn_on, give_card, credit_of
):
    """Turned on again with another card it goes on, within the month's cap."""
    give_card()
    turn_on(cap=25)
    assert top_up_automatically(workspace_id=alice.workspace.id) == "paid"
    tend_stripe()
    assert (credit_of().available, statuses(till)) == (25 * DOLLAR, ["succeeded", "canceled"])


def test_a_card_that_was_refused_is_given_up_too(till, alice, give_card, turn_on):
    give_card(REFUSED_LATER)
    turn_on()
    assert top_up_automatically(workspace_id=alice.workspace.id) == "refused"
    payment = Payment.objects.get()
    assert (payment.state, payment.why, statuses(till)) == (
        PaymentState.FAILED,
        "Your card was declined.",
        ["canceled"],
    )
    assert confirm(till, payment.intent) == 400


def test_what_was_paid_is_not_paid_again(till, alice, owner, paid):
    payment = paid(10)
    with pytest.raises(InvalidInput, match="was made"):
        pay_again(workspace_id=alice.workspace.id, payment_id=payment.id, by=owner)
    assert Payment.objects.count() == 1
