"""Plans: paid by the month at Stripe, each month grants its credit once, which ends with its month and three days."""

from datetime import timedelta

import pytest

from accounts.errors import InvalidInput
from billing.facade import balance
from billing.models import Lot, LotKind, ParkedItem, Payment, Plan, Purpose, Subscription
from billing.services.choose_plan import choose_plan
from billing.services.enter_known_plans import KNOWN_PLANS
from billing.services.open_portal import open_portal
from billing.services.settle_invoice import settle_invoice
from tests.billing.parallel import together
from tests.billing.stripe.conftest import DOLLAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def choose(till, alice, owner):
    """Choose a plan and give the session."""

    def make(code: str = "studio", token: str = "t") -> str:
        choose_plan(workspace_id=alice.workspace.id, code=code, token=token, by=owner)
        return str(till.all("checkout.session")[0]["id"])

    return make


@pytest.fixture
def chosen(till, choose):
    """Choose a plan and pay its first month."""

    def make(code: str = "studio") -> Subscription:
        till.pay(choose(code))
        till.tell()
        return Subscription.objects.get()

    return make


def test_the_known_plans_are_entered_and_grant_more_than_they_cost():
    assert list(Plan.objects.order_by("price").values_list("code", flat=True)) == [plan[0] for plan in KNOWN_PLANS]
    assert all(plan.credit > plan.price for plan in Plan.objects.all())


def test_a_plan_grants_its_months_credit_which_ends_three_days_after_the_month(till, chosen, credit_of):
    subscription = chosen()
    assert (subscription.plan_id, subscription.status) == ("studio", "active")
    assert credit_of().available == 55 * DOLLAR
    lot = Lot.objects.get()
    assert (lot.kind, lot.expires_at) == (LotKind.PLAN, subscription.period_end + timedelta(days=3))
    payment = Payment.objects.get()
    assert (payment.purpose, payment.amount, payment.credit) == (Purpose.PLAN, 49 * DOLLAR, 55 * DOLLAR)
    assert payment.invoice_url.startswith("http")


def test_told_again_and_in_any_order_a_month_is_granted_once(till, chosen, credit_of):
    chosen()
    till.tell(*reversed(till.events))
    till.tell()
    assert credit_of().available == 55 * DOLLAR


def test_the_next_month_grants_again(till, chosen, credit_of):
    subscription = chosen()
    till.act("renew", subscription.stripe_id)
    till.tell()
    assert credit_of().available == 110 * DOLLAR
    later = Subscription.objects.get()
    assert later.period_end > subscription.period_end


def test_a_month_that_is_not_paid_grants_nothing(till, chosen, credit_of):
    subscription = chosen()
    till.order("decline")
    till.act("renew", subscription.stripe_id)
    till.tell()
    assert credit_of().available == 55 * DOLLAR
    assert Subscription.objects.get().status == "past_due"


@pytest.mark.django_db(transaction=True)
def test_an_invoice_settled_twelve_times_at_once_grants_once(till, choose, credit_of):
    till.pay(choose())
    invoice = till.all("invoice")[0]["id"]
    assert set(together([lambda: settle_invoice(invoice_id=invoice)] * 12)) == {"paid"}
    assert credit_of().available == 55 * DOLLAR


def test_a_refunded_month_takes_its_credit_back_in_proportion(till, chosen, credit_of):
    chosen()
    till.act("refund", Payment.objects.get().intent, amount=2450)
    till.tell()
    assert credit_of().available == 55 * DOLLAR - 27_500_000
    till.act("refund", Payment.objects.get().intent, amount=2450)
    till.tell()
    assert credit_of().available == 0


@pytest.mark.parametrize(("field", "value"), [("amount_paid", 100), ("currency", "eur"), ("billing_reason", "manual")])
def test_an_invoice_that_does_not_fit_the_plan_is_parked(till, choose, credit_of, field, value):
    till.pay(choose())
    till.change(till.all("invoice")[0]["id"], **{field: value})
    till.tell()
    assert credit_of().available == 0
    assert ParkedItem.objects.count() == 1
    assert not Payment.objects.exists()


def test_a_plan_that_names_another_workspace_is_parked(till, choose, credit_of, mallory):
    till.pay(choose())
    till.change(till.all("subscription")[0]["id"], metadata={"workspace": mallory.workspace.id, "plan": "studio"})
    till.tell()
    assert (credit_of().available, balance(mallory.workspace.id).available) == (0, 0)
    assert not Subscription.objects.exists()
    assert ParkedItem.objects.exists()


def test_a_plan_that_was_ended_stays_ended_whatever_is_told_late(till, chosen):
    subscription = chosen()
    till.change(subscription.stripe_id, status="canceled")
    till.tell(*till.of("customer.subscription.created", "customer.subscription.updated"))
    till.tell({"id": "evt_x", "type": "customer.subscription.deleted",
               "data": {"object": {"id": subscription.stripe_id}}})  # fmt: skip
    assert Subscription.objects.get().status == "canceled"
    till.change(subscription.stripe_id, status="active")
    till.tell({"id": "evt_y", "type": "customer.subscription.updated",
               "data": {"object": {"id": subscription.stripe_id}}})  # fmt: skip
    assert Subscription.objects.get().status == "canceled"


def test_a_workspace_has_one_plan_at_a_time(till, chosen, choose):
    chosen()
    sessions = len(till.all("checkout.session"))
    with pytest.raises(InvalidInput, match="has a plan"):
        choose("agency", token="u")
    assert len(till.all("checkout.session")) == sessions


def test_pressed_twice_it_is_one_checkout(till, choose):
    choose()
    choose()
    assert len(till.all("checkout.session")) == 1
    assert len(till.all("price")) == 1


def test_a_plan_that_is_not_offered_is_refused(till, choose):
    Plan.objects.filter(code="studio").update(is_open=False)
    with pytest.raises(InvalidInput, match="no such plan"):
        choose()
    assert till.asked() == 0


def test_the_portal_is_opened_for_the_workspaces_customer(till, alice, owner, chosen):
    chosen()
    address = open_portal(workspace_id=alice.workspace.id, by=owner)
    assert address.startswith(till.shop.address)
