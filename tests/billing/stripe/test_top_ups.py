"""Topping up at a Checkout: granted once, for exactly what was asked for, however often and wherever it is told."""

import pytest

from accounts.errors import InvalidInput
from accounts.models import AuditEvent
from billing.errors import StripeOff, StripeRefused, StripeUnreachable
from billing.facade import Balance, balance
from billing.models import Customer, ParkedItem, Payment, PaymentState, Transfer
from billing.services.start_top_up import start_top_up
from tests.billing.stripe.conftest import DOLLAR

pytestmark = pytest.mark.django_db


def test_alice_tops_up_25_dollars_and_has_them(till, paid, credit_of):
    payment = paid(25)
    assert credit_of() == Balance(available=25 * DOLLAR, held=0, spent=0)
    assert (payment.state, payment.credit, payment.card) == (PaymentState.SUCCEEDED, 25 * DOLLAR, "Visa …4242")
    assert payment.receipt_url.startswith("http")
    assert payment.paid_at is not None
    assert list(AuditEvent.objects.order_by("at", "id").values_list("action", flat=True))[-2:] == [
        "payment.started",
        "payment.succeeded",
    ]


def test_the_session_and_the_payment_both_tell_and_one_grants(till, paid, credit_of):
    paid(25)
    assert {"checkout.session.completed", "payment_intent.succeeded"} <= {event["type"] for event in till.events}
    assert Transfer.objects.filter(kind="top_up").count() == 1
    assert credit_of().available == 25 * DOLLAR


def test_told_ten_times_over_it_is_granted_once(till, paid, credit_of):
    paid(25)
    for _ in range(10):
        till.tell()
    assert credit_of().available == 25 * DOLLAR


def test_before_it_is_paid_nothing_is_granted(till, start, credit_of):
    payment = start(25)
    till.tell()
    assert credit_of().available == 0
    assert payment.state == PaymentState.STARTED


def test_a_refused_card_may_try_another_in_the_same_checkout(till, start, credit_of):
    payment = start(10)
    till.pay(payment.session, "4000000000000002")
    till.tell()
    payment.refresh_from_db()
    assert (payment.state, payment.why) == (PaymentState.STARTED, "Your card was declined.")
    assert credit_of().available == 0
    till.pay(payment.session)
    till.tell()
    assert credit_of().available == 10 * DOLLAR
    assert Payment.objects.get().why == ""


def test_a_checkout_that_runs_out_has_failed_and_cost_nothing(till, start, credit_of):
    payment = start(10)
    till.act("expire", payment.session)
    till.tell()
    payment.refresh_from_db()
    assert (payment.state, payment.why) == (PaymentState.FAILED, "It was not paid within a day.")
    assert credit_of().available == 0


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (4_990_000, "A top-up is from $5.00 to $1000.00. Nothing was charged."),
        (1_000_010_000, "A top-up is from $5.00 to $1000.00. Nothing was charged."),
        (0, "A top-up is from $5.00 to $1000.00. Nothing was charged."),
        (-10_000_000, "A top-up is from $5.00 to $1000.00. Nothing was charged."),
        (10_000_001, "An amount is in whole cents. Nothing was charged."),
    ],
)
def test_an_amount_that_cannot_be_is_refused_and_nothing_is_kept(till, alice, owner, amount, said):
    with pytest.raises(InvalidInput, match="Nothing was charged") as refused:
        start_top_up(workspace_id=alice.workspace.id, amount=amount, keep_card=False, by=owner)
    assert (refused.value.message, refused.value.param) == (said, "amount")
    assert (Payment.objects.count(), till.asked()) == (0, 0)


@pytest.mark.parametrize("cents", [1, 2499, 2501, 250_000])
def test_another_amount_than_was_asked_for_is_parked(till, start, credit_of, cents):
    payment = start(25)
    till.order("another_amount", cents=str(cents))
    till.pay(payment.session)
    till.tell()
    payment.refresh_from_db()
    assert (payment.state, credit_of().available) == (PaymentState.PARKED, 0)
    assert ParkedItem.objects.get().why == f"It is {cents} cents, and 2500 were asked for."
    assert not Transfer.objects.exists()


def test_another_currency_is_parked(till, start, credit_of):
    payment = start(25)
    till.order("another_currency", currency="eur")
    till.pay(payment.session)
    till.tell()
    payment.refresh_from_db()
    assert (payment.state, credit_of().available) == (PaymentState.PARKED, 0)
    assert ParkedItem.objects.get().why == "It is in eur, not in usd."


@pytest.mark.parametrize("also_the_payment", [False, True])
def test_a_payment_that_names_another_workspace_is_refused(till, start, credit_of, mallory, also_the_payment):
    payment = start(25)
    intent = till.pay(payment.session)["id"]
    named = {"workspace": mallory.workspace.id, "payment": "pay_nowhere" if also_the_payment else payment.id}
    till.change(intent, metadata=named)
    till.tell()
    assert (credit_of().available, balance(mallory.workspace.id).available) == (0, 0)
    assert ParkedItem.objects.get(stripe_id=intent).facts["workspace"] == mallory.workspace.id
    assert not Transfer.objects.exists()


def test_another_customer_than_the_workspaces_is_refused(till, start, credit_of, mallory):
    payment = start(25)
    intent = till.pay(payment.session)["id"]
    till.change(intent, customer="cus_somebody_elses")
    till.tell()
    assert credit_of().available == 0
    assert ParkedItem.objects.get().why == "Its customer is not the workspace's."


def test_a_payment_that_nobody_asked_for_is_parked(till, start, credit_of):
    payment = start(25)
    till.pay(payment.session)
    Payment.objects.all().delete()
    till.tell()
    assert ParkedItem.objects.get().why == "It was paid, and we never asked for it."
    assert credit_of().available == 0


def test_without_a_key_nobody_can_pay_and_it_is_said(till, alice, owner, settings):
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(StripeOff, match="credit is granted by the staff"):
        start_top_up(workspace_id=alice.workspace.id, amount=10 * DOLLAR, keep_card=False, by=owner)
    assert not Payment.objects.exists()


def test_an_order_whose_answer_is_lost_is_asked_again_and_made_once(till, start):
    till.order("do_then_drop")
    start(25)
    assert (len(till.all("customer")), Customer.objects.count()) == (1, 1)
    till.order("do_then_drop")
    start(25)
    assert len(till.all("checkout.session")) == 2


def test_a_stripe_that_never_answers_leaves_a_failed_payment_and_no_charge(till, start, alice, owner):
    start(25)
    till.order("error_500", times=None)
    with pytest.raises(StripeUnreachable):
        start_top_up(workspace_id=alice.workspace.id, amount=10 * DOLLAR, keep_card=False, by=owner)
    assert Payment.objects.latest("id").state == PaymentState.FAILED


def test_a_key_that_was_rolled_is_refused(till, alice, owner):
    till.order("bad_key")
    with pytest.raises(StripeRefused):
        start_top_up(workspace_id=alice.workspace.id, amount=10 * DOLLAR, keep_card=False, by=owner)
    assert not Customer.objects.exists()
