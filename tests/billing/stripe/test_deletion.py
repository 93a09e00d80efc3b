"""A workspace that goes is charged nothing any more: its plan ends at Stripe before it is erased."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.errors import InvalidInput
from accounts.models import AuditEvent, Workspace
from accounts.services.ask_deletion import ask_deletion, undo_deletion
from billing.facade import end_payments
from billing.fake_stripe import subscribing
from billing.models import Account, AutoTopUp, ParkedItem, Payment, Subscription
from billing.services.choose_plan import choose_plan
from billing.services.tend_stripe import tend_stripe
from billing.services.top_up_automatically import top_up_automatically
from editor.services.erase_workspace import erase_workspace
from tests.billing.stripe.conftest import DOLLAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def chosen(till, alice, owner) -> Subscription:
    choose_plan(workspace_id=alice.workspace.id, code="studio", token="t", by=owner)
    till.pay(till.all("checkout.session")[0]["id"])
    till.tell()
    return Subscription.objects.get()


def ask(alice, *, days=0):
    Workspace.objects.filter(id=alice.workspace.id).update(delete_at=timezone.now() + timedelta(days=days))


def test_a_plan_ends_at_stripe_before_its_workspace_is_erased(till, chosen, alice):
    ask(alice)
    assert erase_workspace(workspace_id=alice.workspace.id)
    assert till.all("subscription")[0]["status"] == "canceled"
    assert Subscription.objects.get().status == "canceled"
    assert end_payments(workspace_id=alice.workspace.id)
    assert not ParkedItem.objects.exists()


def test_while_stripe_does_not_answer_nothing_is_erased(till, chosen, alice):
    ask(alice)
    till.order("error_500", times=None)
    assert not erase_workspace(workspace_id=alice.workspace.id)
    assert Workspace.objects.get(id=alice.workspace.id).erased_at is None
    till.heal()
    assert erase_workspace(workspace_id=alice.workspace.id)
    assert till.all("subscription")[0]["status"] == "canceled"


def test_a_plan_that_was_ended_at_stripe_already_is_no_obstacle(till, chosen, alice):
    gone = till.shop.things[chosen.stripe_id]
    till.do(lambda: subscribing.end(till.shop, gone, reason="cancellation_requested"))
    assert end_payments(workspace_id=alice.workspace.id)
    assert Subscription.objects.get().status == "canceled"


def test_without_a_key_somebody_is_told_to_end_it(till, chosen, alice, settings):
    settings.STRIPE_SECRET_KEY = ""
    assert end_payments(workspace_id=alice.workspace.id)
    assert ParkedItem.objects.get().stripe_id == chosen.stripe_id


def test_a_workspace_that_will_be_deleted_is_not_topped_up(till, paid, alice):
    cache.clear()
    paid(25, keep_card=True)
    terms = {"threshold": 30 * DOLLAR, "amount": 25 * DOLLAR, "monthly_cap": 60 * DOLLAR}
    AutoTopUp.objects.create(workspace=alice.workspace, **terms)
    ask(alice, days=14)
    assert top_up_automatically(workspace_id=alice.workspace.id) == "nothing is due"
    assert Payment.objects.count() == 1
    end_payments(workspace_id=alice.workspace.id)
    assert not AutoTopUp.objects.get().is_on
    assert Account.objects.get(kind="wallet").top_up_below is None


@pytest.fixture
def asked(till, chosen, alice, owner) -> Subscription:
    """Alice has a plan, and has asked for her workspace to be deleted."""
    ask_deletion(workspace_id=alice.workspace.id, name=alice.workspace.name, by=owner)
    tend_stripe()
    return Subscription.objects.get()


def at_stripe(till) -> tuple[bool, str]:
    (one,) = till.all("subscription")
    return one["cancel_at_period_end"], one["status"]


def renew(till) -> None:
    till.act("renew", till.all("subscription")[0]["id"])
    till.tell()


def test_in_the_fortnight_before_a_deletion_a_plan_is_not_renewed(till, asked, credit_of):
    assert (asked.cancel_at_period_end, asked.is_stopped, at_stripe(till)) == (True, True, (True, "active"))
    asks = till.asked("POST")
    tend_stripe()
    assert till.asked("POST") == asks
    renew(till)
    assert (len(till.all("payment_intent")), credit_of().available) == (1, 55 * DOLLAR)
    assert Subscription.objects.get().status == "canceled"
    assert AuditEvent.objects.filter(action="plan.stopped").count() == 1


def test_control_without_the_chore_it_would_be_renewed(till, chosen, alice, owner, credit_of):
    ask_deletion(workspace_id=alice.workspace.id, name=alice.workspace.name, by=owner)
    renew(till)
    assert (len(till.all("payment_intent")), credit_of().available) == (2, 110 * DOLLAR)


def test_when_the_deletion_is_undone_the_plan_goes_on(till, asked, alice, owner, credit_of):
    undo_deletion(workspace_id=alice.workspace.id, by=owner)
    tend_stripe()
    kept = Subscription.objects.get()
    assert (kept.cancel_at_period_end, kept.is_stopped, at_stripe(till)) == (False, False, (False, "active"))
    renew(till)
    assert credit_of().available == 110 * DOLLAR


def test_what_its_owner_ended_stays_ended_when_the_deletion_is_undone(till, chosen, alice, owner):
    """Also where we have not heard yet that it was ended."""
    till.change(chosen.stripe_id, cancel_at_period_end=True)
    ask_deletion(workspace_id=alice.workspace.id, name=alice.workspace.name, by=owner)
    tend_stripe()
    undo_deletion(workspace_id=alice.workspace.id, by=owner)
    tend_stripe()
    kept = Subscription.objects.get()
    assert (kept.cancel_at_period_end, kept.is_stopped, at_stripe(till)) == (True, False, (True, "active"))


@pytest.mark.parametrize("fault", ["error_500", "do_then_drop"])
def test_a_plan_that_could_not_be_stopped_is_stopped_later_and_goes_on_later(till, chosen, alice, owner, fault):
    ask_deletion(workspace_id=alice.workspace.id, name=alice.workspace.name, by=owner)
    till.order(fault, times=None)
    tend_stripe()
    till.heal()
    tend_stripe()
    assert at_stripe(till) == (True, "active")
    undo_deletion(workspace_id=alice.workspace.id, by=owner)
    till.order(fault, times=None)
    tend_stripe()
    till.heal()
    tend_stripe()
    assert (at_stripe(till), Subscription.objects.get().is_stopped) == ((False, "active"), False)


def test_a_worker_that_died_between_asking_and_hearing_leaves_a_plan_that_goes_on(till, chosen, alice, owner):
    ask_deletion(workspace_id=alice.workspace.id, name=alice.workspace.name, by=owner)
    Subscription.objects.update(is_stopped=True)
    till.change(chosen.stripe_id, cancel_at_period_end=True)
    tend_stripe()
    undo_deletion(workspace_id=alice.workspace.id, by=owner)
    tend_stripe()
    assert at_stripe(till) == (False, "active")


def test_a_plan_whose_month_ended_meanwhile_is_over_and_another_may_be_chosen(till, asked, alice, owner):
    renew(till)
    with pytest.raises(InvalidInput, match="to be deleted"):
        choose_plan(workspace_id=alice.workspace.id, code="starter", token="u", by=owner)
    undo_deletion(workspace_id=alice.workspace.id, by=owner)
    tend_stripe()
    choose_plan(workspace_id=alice.workspace.id, code="starter", token="u", by=owner)
    till.pay(till.all("checkout.session")[0]["id"])
    till.tell()
    assert (Subscription.objects.get().plan_id, Subscription.objects.get().is_stopped) == ("starter", False)


def test_a_plan_that_stripe_would_not_stop_is_told_to_staff(till, asked, alice, owner):
    undo_deletion(workspace_id=alice.workspace.id, by=owner)
    till.order("bad_key", times=None)
    tend_stripe()
    assert ParkedItem.objects.get().stripe_id == asked.stripe_id
    assert Subscription.objects.get().is_stopped
