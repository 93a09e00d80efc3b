"""Automatic top-ups: one in flight, within the month's cap, stopped by a refusal; asked again under the same key."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django_q.models import OrmQ

from accounts.errors import InvalidInput
from billing.facade import release
from billing.ledger import hold
from billing.models import Account, AutoTopUp, Customer, Payment, PaymentState
from billing.services.change_automatic import stop_topping_up
from billing.services.tend_stripe import tend_stripe
from billing.services.top_up_automatically import resume_automatic, top_up_automatically
from editor.domain import Actor, EditRequest
from editor.services.cancel_edit import cancel_edit
from editor.services.submit_edit import submit_edit
from tests.billing.stripe.conftest import DOLLAR
from tests.billing.stripe.till import run_tasks
from tests.editor.rows import make_image

pytestmark = pytest.mark.django_db
ASKS_ALWAYS, REFUSED_LATER = "4000002760003184", "4000000000000341"


def test_a_card_is_saved_without_paying(till, give_card):
    give_card()
    assert Customer.objects.get().card == "Visa …4242"
    assert till.all("payment_intent") == []


def test_a_card_is_kept_by_paying_with_it(till, paid):
    paid(10, keep_card=True)
    assert Customer.objects.get().card == "Visa …4242"


def test_a_card_taken_away_at_stripe_is_forgotten(till, give_card):
    give_card()
    method = Customer.objects.get().payment_method
    till.tell({"id": "evt_x", "type": "payment_method.detached", "data": {"object": {"id": method}}})
    assert (Customer.objects.get().payment_method, Customer.objects.get().card) == ("", "")


def test_without_a_card_it_cannot_be_turned_on(till, turn_on, paid):
    paid(10)
    with pytest.raises(InvalidInput, match="no saved card") as refused:
        turn_on()
    assert refused.value.param == "card"
    assert not AutoTopUp.objects.exists()


@pytest.mark.parametrize(
    ("threshold", "amount", "cap", "param"),
    [(0, 25, 60, "threshold"), (1001, 25, 60, "threshold"), (5, 4, 60, "amount"), (5, 1001, 2000, "amount"),
     (5, 25, 24, "monthly_cap"), (5, 25, 10_001, "monthly_cap")],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused(till, give_card, turn_on, threshold, amount, cap, param):
    give_card()
    with pytest.raises(InvalidInput) as refused:
        turn_on(threshold, amount, cap)
    assert refused.value.param == param
    assert not AutoTopUp.objects.exists()


def test_a_hold_that_leaves_too_little_has_the_card_pay(till, alice, paid, turn_on, credit_of):
    paid(10, keep_card=True)
    turn_on()
    run_tasks()
    assert Payment.objects.filter(purpose="automatic").count() == 0
    held = hold(workspace_id=alice.workspace.id, reference="edt_1", amount=6 * DOLLAR)
    assert held is not None
    assert held.top_up is True
    top_up_automatically(workspace_id=alice.workspace.id)
    assert credit_of().available == 29 * DOLLAR
    payment = Payment.objects.get(purpose="automatic")
    assert (payment.state, payment.amount, payment.card) == (PaymentState.SUCCEEDED, 25 * DOLLAR, "Visa …4242")
    till.tell()
    assert credit_of().available == 29 * DOLLAR


def test_an_edit_that_leaves_too_little_calls_for_it_and_the_card_pays(till, alice, paid, turn_on, credit_of, shortapi):
    paid(10, keep_card=True)
    turn_on(threshold=10)
    OrmQ.objects.all().delete()
    cache.clear()
    request = EditRequest(prompt="warmer light", images=(make_image(alice.workspace).id,))
    edit = submit_edit(actor=Actor(workspace_id=alice.workspace.id), request=request)
    assert run_tasks().count("billing.tasks.top_up") == 1
    assert credit_of().available + credit_of().held == 35 * DOLLAR
    cancel_edit(workspace_id=alice.workspace.id, edit_id=edit.id)
    assert credit_of().available == 35 * DOLLAR


def test_it_is_not_called_once_there_is_enough(till, alice, paid, turn_on):
    paid(10, keep_card=True)
    turn_on()
    asked = till.asked()
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nothing is due"
    assert till.asked() == asked


def test_the_months_cap_is_never_passed(till, alice, give_card, turn_on, credit_of):
    give_card()
    turn_on(threshold=900, amount=25, cap=60)
    outcomes = [top_up_automatically(workspace_id=alice.workspace.id) for _ in range(4)]
    assert outcomes == ["paid", "paid", "nothing is due", "nothing is due"]
    assert credit_of().available == 50 * DOLLAR
    last_month = Payment.objects.earliest("id")
    Payment.objects.filter(id=last_month.id).update(created_at=last_month.created_at - timedelta(days=31))
    assert top_up_automatically(workspace_id=alice.workspace.id) == "paid"


def test_a_refused_card_stops_it_and_is_mailed(till, alice, give_card, turn_on, credit_of, bob):
    give_card(REFUSED_LATER)
    turn_on()
    assert top_up_automatically(workspace_id=alice.workspace.id) == "refused"
    terms = AutoTopUp.objects.get()
    assert (terms.is_on, terms.stopped_because, credit_of().available) == (False, "Your card was declined.", 0)
    assert Account.objects.get(kind="wallet").top_up_below is None
    run_tasks()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (
        ["alice@example.com"],
        "The automatic top-up of Alice's studio did not go through",
    )
    payment = Payment.objects.get(purpose="automatic")
    assert f"/billing/payments/{payment.id}/" in letter.body
    assert "Nothing was charged, and this payment was given up" in letter.body
    till.tell()
    assert len(mail.outbox) == 1
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nothing is due"


@pytest.mark.parametrize("fault", ["error_500", "drop"])
def test_a_payment_whose_outcome_nobody_knows_is_asked_for_again_under_its_key(
    till, alice, give_card, turn_on, credit_of, fault
):
    give_card()
    turn_on()
    till.order(fault, times=None)
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nobody knows yet"
    assert Payment.objects.get(purpose="automatic").state == PaymentState.STARTED
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nothing is due"
    till.heal()
    assert resume_automatic(older_than=timedelta(0)) == 1
    assert (credit_of().available, len(till.all("payment_intent"))) == (25 * DOLLAR, 1)


def test_while_stripe_still_works_on_the_first_request_it_is_asked_again_under_its_key(
    till, alice, give_card, turn_on, credit_of
):
    """Stripe answers 409 while a request with the same key is under way: nobody knows yet, so nothing is given up."""
    give_card()
    turn_on()
    till.order("drop", times=3)
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nobody knows yet"
    payment = Payment.objects.get(purpose="automatic")
    key = f"automatic:{payment.id}"
    till.do(lambda: till.shop.busy.add(key))
    for _ in range(2):
        resume_automatic(older_than=timedelta(0))
        payment.refresh_from_db()
        assert (payment.state, payment.intent, payment.why) == (PaymentState.STARTED, "", "")
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nothing is due"
    assert (AutoTopUp.objects.get().is_on, till.all("payment_intent"), mail.outbox) == (True, [], [])
    till.do(lambda: till.shop.busy.discard(key))
    resume_automatic(older_than=timedelta(0))
    assert (credit_of().available, len(till.all("payment_intent"))) == (25 * DOLLAR, 1)
    assert resume_automatic(older_than=timedelta(0)) == 0


def test_a_charge_whose_answer_was_lost_is_made_once(till, alice, give_card, turn_on, credit_of):
    give_card()
    turn_on()
    till.order("do_then_drop", times=3)
    top_up_automatically(workspace_id=alice.workspace.id)
    resume_automatic(older_than=timedelta(0))
    assert (credit_of().available, len(till.all("payment_intent"))) == (25 * DOLLAR, 1)


def test_with_a_key_that_stripe_forgot_what_was_paid_is_found_and_nothing_is_charged_again(
    till, alice, give_card, turn_on, credit_of
):
    give_card()
    turn_on()
    till.order("do_then_drop", times=3)
    top_up_automatically(workspace_id=alice.workspace.id)
    Payment.objects.update(created_at=Payment.objects.get().created_at - timedelta(days=2))
    till.do(till.shop.answers.clear)
    resume_automatic(older_than=timedelta(0))
    assert (credit_of().available, len(till.all("payment_intent"))) == (25 * DOLLAR, 1)


def test_one_that_stripe_never_heard_of_has_failed_after_a_day(till, alice, give_card, turn_on, credit_of):
    give_card()
    turn_on()
    till.order("drop", times=3)
    top_up_automatically(workspace_id=alice.workspace.id)
    Payment.objects.update(created_at=Payment.objects.get().created_at - timedelta(days=2))
    resume_automatic(older_than=timedelta(0))
    assert (Payment.objects.get().state, Payment.objects.get().why) == (
        PaymentState.FAILED,
        "Stripe never heard of it.",
    )
    assert till.all("payment_intent") == []


def test_the_chore_finds_a_wallet_that_is_low(till, give_card, turn_on, credit_of):
    give_card()
    turn_on()
    cache.clear()
    OrmQ.objects.all().delete()
    tend_stripe()
    assert run_tasks() == ["billing.tasks.top_up"]
    assert credit_of().available == 25 * DOLLAR


def test_turned_off_nothing_is_charged(till, alice, owner, paid, turn_on):
    paid(10, keep_card=True)
    turn_on()
    stop_topping_up(workspace_id=alice.workspace.id, by=owner)
    held = hold(workspace_id=alice.workspace.id, reference="edt_1", amount=6 * DOLLAR)
    assert held is not None
    assert held.top_up is False
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nothing is due"
    release(reference="edt_1")
