"""The hourly sweep: finds what no event told, and parks what cannot be explained; day by day nothing is left over."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from accounts.errors import InvalidInput, NotFound
from billing.fake_stripe import invoicing
from billing.fake_stripe.resources import intents
from billing.models import ParkedItem, Payment, PaymentState, StripeEvent, StripeSweep, Subscription
from billing.selectors.payments import payment_worries
from billing.services.choose_plan import choose_plan
from billing.services.resolve_parked import resolve_parked
from billing.services.sweep_stripe import sweep_stripe
from billing.stripe_events import call_due_events
from editor.models import Alert
from editor.services.watch_payments import watch_payments
from tests.billing.stripe.conftest import DOLLAR
from tests.billing.stripe.till import run_tasks

pytestmark = pytest.mark.django_db


def sweep() -> StripeSweep:
    """Sweep without leaving anything to its events."""
    return sweep_stripe(open_for=timedelta(minutes=-1))


def test_a_payment_whose_events_were_all_lost_is_found_and_granted(till, start, credit_of):
    till.pay(start(25).session)
    found = sweep()
    assert credit_of().available == 25 * DOLLAR
    assert (found.repaired, found.parked, found.differences) == (1, 0, {})
    again = sweep()
    assert (again.repaired, again.differences, credit_of().available) == (0, {}, 25 * DOLLAR)


def test_a_lost_refund_and_a_lost_dispute_are_found(till, paid, credit_of):
    first, second = paid(25), paid(50)
    till.act("refund", first.intent, amount=500)
    dispute = till.act("dispute", second.intent)["id"]
    found = sweep()
    assert (credit_of().available, found.repaired, found.differences) == (20 * DOLLAR, 2, {})
    till.act("win", dispute)
    assert sweep().differences == {}
    assert credit_of().available == 70 * DOLLAR


def test_a_lost_invoice_is_found(till, alice, owner, credit_of):
    choose_plan(workspace_id=alice.workspace.id, code="studio", token="t", by=owner)
    till.pay(till.all("checkout.session")[0]["id"])
    found = sweep()
    assert (credit_of().available, found.differences) == (55 * DOLLAR, {})
    assert found.repaired >= 1


def test_when_all_was_told_there_is_nothing_to_repair(till, paid):
    paid(25)
    paid(10)
    found = sweep()
    assert (found.looked_at, found.repaired, found.parked, found.differences) == (2, 0, 0, {})


def test_what_nobody_asked_for_is_parked_and_alerted_once(till, start):
    till.pay(start(25).session)
    Payment.objects.all().delete()
    assert (sweep().parked, sweep().parked) == (1, 0)
    watch_payments()
    watch_payments()
    alert = Alert.objects.get(kind="payment_parked")
    assert alert.message == "It was paid, and we never asked for it."
    item = ParkedItem.objects.get()
    assert payment_worries() == [(item.stripe_id, item.why)]


def test_credit_granted_for_what_stripe_does_not_have_is_parked(till, paid):
    payment = paid(25)
    till.do(lambda: till.shop.things.pop(payment.intent))
    found = sweep()
    assert ParkedItem.objects.get(stripe_id=payment.intent).why.startswith("We granted credit for it")
    assert (found.parked, found.differences) == (1, {})


def test_a_difference_that_nothing_explains_is_told_by_its_day(till, paid):
    payment = paid(25)
    till.change(payment.intent, amount_received=2600)
    found = sweep()
    day = f"{payment.paid_at:%Y-%m-%d}"
    assert found.differences == {day: DOLLAR}
    assert ParkedItem.objects.get().stripe_id == f"difference:{day}"


def test_a_checkout_that_ran_out_unheard_has_failed(till, start):
    payment = start(25)
    till.act("expire", payment.session)
    sweep()
    payment.refresh_from_db()
    assert payment.state == PaymentState.FAILED


def test_events_whose_task_was_lost_are_handled_later(till, start, credit_of):
    payment = start(25)
    till.pay(payment.session)
    (event,) = till.of("payment_intent.succeeded")
    till.post(event)
    OrmQ.objects.all().delete()
    assert call_due_events(older_than=timedelta(hours=1)) == 0
    assert call_due_events(older_than=timedelta(0)) == 1
    run_tasks()
    assert credit_of().available == 25 * DOLLAR


def test_events_that_wait_for_an_hour_are_told_to_staff(till):
    StripeEvent.objects.create(id="evt_1", type="x", object_id="y", body={})
    StripeEvent.objects.update(received_at=timezone.now() - timedelta(hours=2))
    assert payment_worries() == [("events", "Events of Stripe's that wait for more than an hour: 1.")]


def test_staff_take_an_item_off_the_list_once_and_say_how(till, alice):
    ParkedItem.objects.create(stripe_id="pi_1", why="odd")
    with pytest.raises(InvalidInput):
        resolve_parked(stripe_id="pi_1", note="x", staff=alice.user)
    resolve_parked(stripe_id="pi_1", note="refunded by hand", staff=alice.user)
    assert payment_worries() == []
    with pytest.raises(NotFound):
        resolve_parked(stripe_id="pi_1", note="refunded by hand", staff=alice.user)


def long_ago(till, kind: str) -> None:
    """Have all of a kind be made ten days ago at Stripe, before the window of the next sweep."""
    StripeSweep.objects.create(
        since=timezone.now(), began_at=timezone.now(), looked_at=0, repaired=0, parked=0, differences={}
    )
    for one in till.all(kind):
        till.change(one["id"], created=one["created"] - 10 * 86_400)


def fill(till, count: int) -> None:
    """Make payments at Stripe that nobody has paid."""

    def make() -> None:
        for _ in range(count):
            intents.make(till.shop, amount=500, currency="usd", customer=None)

    till.do(make)


def test_what_is_older_than_the_window_is_not_read_again(till, paid):
    fill(till, 250)
    long_ago(till, "payment_intent")
    paid(25)
    before = till.asked("GET")
    found = sweep()
    assert (till.asked("GET") - before, found.looked_at, found.differences) == (4, 1, {})
    fill(till, 249)
    before = till.asked("GET")
    assert sweep().looked_at == 250
    assert till.asked("GET") - before == 3 + 3  # three pages of a hundred, and a list each of the three others


def test_control_a_first_sweep_reads_a_month(till):
    fill(till, 250)
    for one in till.all("payment_intent"):
        till.change(one["id"], created=one["created"] - 10 * 86_400)
    before = till.asked("GET")
    assert (sweep().looked_at, till.asked("GET") - before) == (250, 6)


def test_what_is_still_open_is_asked_about_however_old_it_is(till, start, credit_of):
    payment = start(25)
    till.pay(payment.session)
    Payment.objects.update(created_at=timezone.now() - timedelta(days=10))
    long_ago(till, "payment_intent")
    found = sweep()
    assert (credit_of().available, found.looked_at, found.differences) == (25 * DOLLAR, 0, {})


def test_a_payment_made_before_the_window_and_paid_in_it_is_no_difference(till, paid):
    """As one whose card was refused first: its charge is younger than itself."""
    paid(25)
    long_ago(till, "payment_intent")
    found = sweep()
    assert (found.looked_at, found.parked, found.differences) == (0, 0, {})
    assert not ParkedItem.objects.exists()


def test_an_old_invoice_that_was_paid_late_is_found(till, alice, owner, credit_of):
    choose_plan(workspace_id=alice.workspace.id, code="studio", token="t", by=owner)
    till.pay(till.all("checkout.session")[0]["id"])
    plan = till.all("subscription")[0]["id"]
    till.order("decline")
    till.act("renew", plan)
    till.tell()
    assert (Subscription.objects.get().status, credit_of().available) == ("past_due", 55 * DOLLAR)
    owed = till.shop.things[till.shop.things[plan]["latest_invoice"]]
    card = till.shop.things[till.shop.things[plan]["default_payment_method"]]
    till.do(lambda: invoicing.collect(till.shop, owed, card))
    for kind in ("invoice", "payment_intent"):
        long_ago(till, kind)
    found = sweep()
    assert (credit_of().available, found.repaired, found.differences) == (110 * DOLLAR, 1, {})
    assert not ParkedItem.objects.exists()
