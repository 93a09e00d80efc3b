"""A workspace that goes is charged nothing any more: its plan ends at Stripe before it is erased."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Workspace
from billing.facade import end_payments
from billing.fake_stripe import subscribing
from billing.models import Account, AutoTopUp, ParkedItem, Payment, Subscription
from billing.services.choose_plan import choose_plan
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
