"""Above the limit of corrections a refund is paid by two people; until then nothing is taken and nothing goes back."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.errors import InvalidInput, NotFound
from accounts.ids import new_id
from accounts.models import AuditEvent
from accounts.services.record_audit import By
from billing.errors import NotCorrectable, StripeRefused
from billing.models import Payment, Reversal, ReversalState
from billing.services.decide_refund import approve_refund, refuse_refund
from billing.services.refund_payment import refund_payment
from tests.accounts.doors import enter_as_staff
from tests.billing.parallel import together
from tests.billing.stripe.conftest import DOLLAR
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(db):
    return make_user("sam", is_staff=True)


@pytest.fixture
def dan(db):
    return make_user("dan", is_staff=True)


def staff(user) -> By:
    return By(user_id=user.id, staff_id=user.id, name=user.email)


@pytest.fixture
def ask(sam):
    """Sam asks for a refund: `ask(payment, 60)`."""

    def make(payment: Payment, dollars: int) -> Reversal:
        return refund_payment(
            payment_id=payment.id, amount=dollars * DOLLAR, key=new_id("rev"), reason="bought by mistake", by=staff(sam)
        )

    return make


def yes(reversal: Reversal, user) -> Reversal:
    return approve_refund(reversal_id=reversal.id, approved_by=user, by=staff(user))


def test_up_to_the_limit_one_person_pays_back_above_it_two(till, paid, ask, dan, credit_of, sam):
    payment = paid(200)
    assert ask(payment, 50).state == ReversalState.SENT
    asked = ask(paid(200), 51)
    assert asked.state == ReversalState.ASKED
    assert (credit_of().available, len(till.all("refund"))) == (350 * DOLLAR, 1)
    done = yes(asked, dan)
    assert (done.state, done.approved_by, done.asked_by) == (ReversalState.SENT, dan, sam)
    assert (credit_of().available, len(till.all("refund"))) == (299 * DOLLAR, 2)
    assert AuditEvent.objects.filter(action="payment.refunded").latest("id").staff_id == dan.id


def test_many_small_refunds_of_one_payment_are_a_large_one(till, paid, ask, credit_of):
    payment = paid(200)
    assert ask(payment, 30).state == ReversalState.SENT
    assert ask(payment, 30).state == ReversalState.ASKED
    assert credit_of().available == 170 * DOLLAR


def test_nobody_is_their_own_second_person(till, paid, ask, sam, credit_of):
    asked = ask(paid(200), 60)
    with pytest.raises(NotCorrectable, match="asks for a refund above the limit cannot be its second person"):
        yes(asked, sam)
    with pytest.raises(IntegrityError, match="reversal_by_two_people"), transaction.atomic():
        Reversal.objects.filter(id=asked.id).update(approved_by=sam)
    asked.refresh_from_db()
    assert (asked.state, asked.approved_by, credit_of().available) == (ReversalState.ASKED, None, 200 * DOLLAR)
    assert till.all("refund") == []


def test_what_was_refused_or_taken_back_is_not_paid_back(till, paid, ask, dan, credit_of):
    asked = ask(paid(200), 60)
    refuse_refund(reversal_id=asked.id, refused_by=dan)
    for again in (lambda: yes(asked, dan), lambda: refuse_refund(reversal_id=asked.id, refused_by=dan)):
        with pytest.raises(NotCorrectable, match="decided on this refund already"):
            again()
    with pytest.raises(NotFound):
        refuse_refund(reversal_id="rev_none", refused_by=dan)
    till.tell()
    assert (credit_of().available, Payment.objects.get().refunded, till.all("refund")) == (200 * DOLLAR, 0, [])


def test_what_is_not_left_any_more_is_not_paid_back_and_still_waits(till, paid, ask, dan, credit_of):
    payment = paid(200)
    asked = ask(payment, 180)
    ask(payment, 30)
    with pytest.raises(InvalidInput, match=r"up to \$170"):
        yes(asked, dan)
    asked.refresh_from_db()
    assert (asked.state, asked.approved_by, credit_of().available) == (ReversalState.ASKED, None, 170 * DOLLAR)


def test_when_stripe_refuses_the_credit_is_given_back(till, paid, ask, dan, credit_of):
    payment = paid(200)
    asked = ask(payment, 60)
    till.act("refund", payment.intent)  # in the dashboard, and we have not heard of it
    with pytest.raises(StripeRefused):
        yes(asked, dan)
    asked.refresh_from_db()
    assert (asked.state, credit_of().available) == (ReversalState.RETURNED, 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_pay_back_once(till, paid, ask, dan, credit_of):
    asked = ask(paid(200), 60)
    others = [dan, *(make_user(name, is_staff=True) for name in ("eve", "fay", "gus"))]
    done = together([partial(yes, asked, one) for one in others])
    assert sorted(type(one).__name__ for one in done) == ["NotCorrectable"] * 3 + ["Reversal"]
    assert (credit_of().available, len(till.all("refund"))) == (140 * DOLLAR, 1)


@pytest.mark.django_db(transaction=True)  # whose transfers are checked as the request commits
def test_on_the_page_one_asks_and_another_pays_back(till, paid, sam, dan, credit_of):
    payment = paid(200)
    mine, theirs = Client(), Client()
    enter_as_staff(mine, sam)
    enter_as_staff(theirs, dan)
    form = {"amount": "60", "reason": "bought by mistake", "key": "rev_1"}
    for _ in range(2):
        asked = mine.post(f"/staff/payments/{payment.id}/refund/", form, follow=True).content.decode()
        assert "a second person must approve it" in asked
    assert ("Take it back" in asked, ">Pay back</button></form>" in asked) == (True, False)
    waiting = Reversal.objects.get()
    refused = mine.post(f"/staff/payments/refunds/{waiting.id}/approve/")
    assert (refused.status_code, "cannot be its second person" in refused.content.decode()) == (422, True)
    page = theirs.get("/staff/payments/").content.decode()
    assert "Asked by sam@example.com" in page
    done = theirs.post(f"/staff/payments/refunds/{waiting.id}/approve/", follow=True).content.decode()
    assert "It is on its way to the card." in done
    assert (credit_of().available, len(till.all("refund"))) == (140 * DOLLAR, 1)
    assert theirs.post(f"/staff/payments/refunds/{waiting.id}/refuse/").status_code == 422
    assert theirs.post("/staff/payments/refunds/rev_none/refuse/").status_code == 404
