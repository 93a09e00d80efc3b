"""Staff pay back: first from the wallet, then to the card, once; what cannot be sent waits."""

from datetime import timedelta

import pytest

from accounts.errors import InvalidInput
from accounts.ids import new_id
from accounts.models import AuditEvent, User
from accounts.services.record_audit import SYSTEM, By
from billing.errors import StripeRefused
from billing.facade import capture
from billing.ledger import add_credit, hold
from billing.models import Payment, Reversal, ReversalState, TransferKind
from billing.services.refund_payment import refund_payment, send_refunds
from tests.billing.parallel import together
from tests.billing.stripe.conftest import DOLLAR
from tests.books import assert_books_are_right

pytestmark = pytest.mark.django_db


def refund(payment: Payment, dollars: int, key: str = "") -> Reversal:
    sam, _ = User.objects.get_or_create(email="sam@example.com", defaults={"is_staff": True})
    by = By(user_id=sam.id, staff_id=sam.id, name=sam.email)
    key = key or new_id("rev")
    return refund_payment(payment_id=payment.id, amount=dollars * DOLLAR, key=key, reason="bought by mistake", by=by)


def test_the_credit_is_taken_and_the_money_goes_back(till, paid, credit_of):
    payment = paid(25)
    assert refund(payment, 10).state == ReversalState.SENT
    assert credit_of().available == 15 * DOLLAR
    assert [(one["amount"], one["payment_intent"]) for one in till.all("refund")] == [(1000, payment.intent)]
    till.tell()
    assert (credit_of().available, Reversal.objects.count()) == (15 * DOLLAR, 1)
    payment.refresh_from_db()
    assert payment.refunded == 10 * DOLLAR
    event = AuditEvent.objects.get(action="payment.refunded")
    assert (event.actor_name, event.note) == ("sam@example.com", "bought by mistake")


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_again_pays_back_once(till, paid, credit_of):
    payment = paid(25)
    done = together([lambda: refund(payment, 10, "rev_1")] * 4)
    assert {getattr(one, "id", one) for one in done} == {"rev_1"}
    assert refund(payment, 10, "rev_1").state == ReversalState.SENT
    assert (credit_of().available, len(till.all("refund"))) == (15 * DOLLAR, 1)
    with pytest.raises(InvalidInput, match="sent before, for something else"):
        refund(payment, 11, "rev_1")
    assert refund(payment, 10, "rev_2").state == ReversalState.SENT
    assert (credit_of().available, len(till.all("refund"))) == (5 * DOLLAR, 2)


def test_while_stripe_is_away_the_credit_is_taken_and_the_refund_sent_later_once(till, paid, credit_of):
    payment = paid(25)
    till.order("error_500", times=None)
    assert refund(payment, 10).state == ReversalState.TAKEN
    assert (credit_of().available, till.all("refund")) == (15 * DOLLAR, [])
    till.heal()
    assert send_refunds(older_than=timedelta(0)) == 1
    assert send_refunds(older_than=timedelta(0)) == 0
    assert (credit_of().available, len(till.all("refund"))) == (15 * DOLLAR, 1)


def test_while_stripe_is_away_it_is_asked_for_the_first_of_many_only(till, paid):
    payment = paid(25)
    till.order("error_500", times=None)
    before = till.asked()
    refund(payment, 1)
    one = till.asked() - before
    refund(payment, 2)
    before = till.asked()
    assert send_refunds(older_than=timedelta(0)) == 0
    assert till.asked() - before == one


def test_a_refund_whose_answer_was_lost_is_made_once(till, paid, credit_of):
    payment = paid(25)
    till.order("do_then_drop", times=3)
    refund(payment, 10)
    send_refunds(older_than=timedelta(0))
    till.tell()
    assert (credit_of().available, len(till.all("refund")), Reversal.objects.count()) == (15 * DOLLAR, 1, 1)


def test_a_refund_that_stripe_refuses_is_undone(till, paid, credit_of):
    payment = paid(25)
    till.act("refund", payment.intent)  # in the dashboard, and we have not heard of it
    with pytest.raises(StripeRefused):
        refund(payment, 10)
    assert credit_of().available == 0
    payment.refresh_from_db()
    assert payment.refunded == 25 * DOLLAR
    assert sorted(Reversal.objects.values_list("state", flat=True)) == ["returned", "sent"]


@pytest.mark.parametrize("dollars", [0, -1, 26])
def test_more_than_was_paid_is_not_refunded(till, paid, credit_of, dollars):
    payment = paid(25)
    with pytest.raises(InvalidInput, match="in whole cents"):
        refund(payment, dollars)
    assert (credit_of().available, till.all("refund")) == (25 * DOLLAR, [])


def test_without_a_reason_nothing_is_refunded(till, paid):
    payment = paid(25)
    with pytest.raises(InvalidInput, match="Say why"):
        refund_payment(payment_id=payment.id, amount=DOLLAR, key="rev_1", reason=" ", by=SYSTEM)
    assert not Reversal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_staff_at_once_never_refund_more_than_was_paid(till, paid, credit_of):
    payment = paid(25)
    done = together([lambda: refund(payment, 20)] * 6)
    assert sum(isinstance(one, Reversal) for one in done) == 1
    assert (credit_of().available, len(till.all("refund"))) == (5 * DOLLAR, 1)


def test_what_was_spent_is_owed_when_it_is_refunded(till, paid, credit_of, alice):
    payment = paid(25)
    hold(workspace_id=alice.workspace.id, reference="edt_1", amount=20 * DOLLAR)
    capture(reference="edt_1", amount=20 * DOLLAR)
    refund(payment, 25)
    assert (credit_of().available, credit_of().owed) == (0, 20 * DOLLAR)


def test_a_refund_that_was_given_up_and_is_sent_after_all_is_taken_after_all(till, paid, credit_of):
    payment = paid(25)
    reversal = refund(payment, 10)
    add_credit(
        kind=TransferKind.REINSTATE, workspace_id=payment.workspace_id, amount=10 * DOLLAR, paid=10 * DOLLAR,
        key=reversal.id, reference=payment.id,
    )  # fmt: skip
    Reversal.objects.update(state=ReversalState.RETURNED, stripe_id="")
    Payment.objects.update(refunded=0)
    assert credit_of().available == 25 * DOLLAR
    till.tell()
    assert credit_of().available == 15 * DOLLAR
    assert_books_are_right()
