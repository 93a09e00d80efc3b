"""Payment, refund and dispute, told in every order: the books end the same (scenario 7), and what is owed blocks."""

from itertools import permutations

import pytest

from billing.errors import Owes
from billing.facade import capture
from billing.ledger import hold
from billing.models import Lot, Payment, PaymentState, Reversal, ReversalState, StripeEvent
from billing.services.settle_payment import settle_payment
from tests.billing.parallel import together
from tests.billing.stripe.conftest import DOLLAR
from tests.billing.stripe.till import run_tasks

pytestmark = pytest.mark.django_db
KINDS = ("payment_intent.succeeded", "charge.refunded", "charge.dispute.created")
SESSION = "checkout.session.completed"


@pytest.mark.parametrize("session_first", [True, False])
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_payment_refund_and_dispute_in_any_order(till, start, credit_of, order, session_first):
    payment = start(25)
    intent = till.pay(payment.session)["id"]
    till.act("refund", intent, amount=700)
    till.act("dispute", intent, amount=1000)
    events = [till.of(KINDS[place])[0] for place in order]
    till.tell(*(till.of(SESSION) + events if session_first else events + till.of(SESSION)))
    payment.refresh_from_db()
    assert (payment.state, payment.refunded, payment.disputed) == (PaymentState.SUCCEEDED, 7 * DOLLAR, 10 * DOLLAR)
    assert credit_of().available == 8 * DOLLAR
    assert Reversal.objects.count() == 2


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_dispute_that_was_won_leaves_the_credit_in_any_order(till, start, credit_of, order):
    payment = start(25)
    intent = till.pay(payment.session)["id"]
    dispute = till.act("dispute", intent)["id"]
    settle_payment(intent_id=intent)
    assert credit_of().available == 0
    till.act("win", dispute)
    kinds = ("payment_intent.succeeded", "charge.dispute.created", "charge.dispute.closed")
    events = [till.of(kind)[0] for kind in kinds]
    till.tell(*(events[place] for place in order))
    assert credit_of().available == 25 * DOLLAR
    assert Reversal.objects.get().state == ReversalState.RETURNED
    assert Payment.objects.get().disputed == 0


def test_a_refund_of_one_cent_takes_exactly_ten_thousand(till, paid, credit_of):
    """Scenario 9."""
    payment = paid(25)
    till.act("refund", payment.intent, amount=1)
    till.tell()
    assert credit_of().available == 25 * DOLLAR - 10_000
    assert Payment.objects.get().refunded == 10_000


def test_a_dispute_after_all_was_spent_leaves_nothing_less_than_nothing_and_blocks(till, paid, credit_of, alice):
    """Scenario 8."""
    payment = paid(10)
    hold(workspace_id=alice.workspace.id, reference="edt_1", amount=10 * DOLLAR)
    capture(reference="edt_1", amount=10 * DOLLAR)
    till.act("dispute", payment.intent)
    till.tell()
    assert (credit_of().available, credit_of().owed) == (0, 10 * DOLLAR)
    with pytest.raises(Owes):
        hold(workspace_id=alice.workspace.id, reference="edt_2", amount=1)
    paid(25)
    assert (credit_of().available, credit_of().owed) == (15 * DOLLAR, 0)
    hold(workspace_id=alice.workspace.id, reference="edt_2", amount=1)


def test_a_lost_dispute_stays_taken(till, paid, credit_of):
    payment = paid(25)
    dispute = till.act("dispute", payment.intent)["id"]
    till.act("lose", dispute)
    till.tell()
    assert credit_of().available == 0
    assert Reversal.objects.get().state == ReversalState.SENT


def test_a_refund_that_fails_at_stripe_gives_the_credit_back(till, paid, credit_of):
    payment = paid(25)
    refund = till.act("refund", payment.intent, amount=500)["id"]
    till.tell()
    assert credit_of().available == 20 * DOLLAR
    till.change(refund, status="failed")
    settle_payment(intent_id=payment.intent)
    settle_payment(intent_id=payment.intent)
    assert credit_of().available == 25 * DOLLAR
    assert Payment.objects.get().refunded == 0


def test_what_is_taken_back_comes_from_the_payments_own_lot(till, paid):
    first, second = paid(10), paid(25)
    till.act("refund", first.intent)
    till.tell()
    assert list(Lot.objects.order_by("id").values_list("remaining", flat=True)) == [0, 25 * DOLLAR]
    second.refresh_from_db()
    assert second.refunded == 0


@pytest.mark.django_db(transaction=True)
def test_all_events_of_a_payment_handled_at_once_book_each_thing_once(till, start, credit_of):
    payment = start(25)
    intent = till.pay(payment.session)["id"]
    till.act("refund", intent, amount=700)
    till.act("dispute", intent, amount=1000)
    done = together([lambda: settle_payment(intent_id=intent)] * 12)
    assert set(done) == {"paid"}
    assert credit_of().available == 8 * DOLLAR
    till.tell()
    run_tasks()
    assert credit_of().available == 8 * DOLLAR
    assert not StripeEvent.objects.filter(handled_at=None).exists()
