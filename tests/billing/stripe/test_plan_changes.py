"""Plans changed in Stripe's portal: dearer at once, cheaper and ended with the month; each payment's credit once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import httpx
import pytest

from accounts.services.ask_deletion import ask_deletion
from billing.models import Lot, ParkedItem, Payment, Plan, Subscription
from billing.services.choose_plan import choose_plan
from billing.services.open_portal import open_portal
from billing.services.settle_invoice import settle_invoice
from billing.services.tend_stripe import tend_stripe
from tests.billing.parallel import together
from tests.billing.stripe.conftest import DOLLAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def choose(till, alice, owner) -> Callable[[str], None]:
    """Choose a plan and pay its first month; nothing is told of it yet."""

    def make(code: str) -> None:
        choose_plan(workspace_id=alice.workspace.id, code=code, token="t", by=owner)
        till.pay(till.all("checkout.session")[0]["id"])

    return make


@pytest.fixture
def portal(till, alice, owner) -> Callable[..., httpx.Response]:
    """Press a button in the portal: `portal("switch", "agency")`, `portal("cancel")`, `portal("keep")`."""

    def press(act: str, code: str = "") -> httpx.Response:
        address = open_portal(workspace_id=alice.workspace.id, by=owner)
        form = {"plan": till.all("subscription")[0]["id"]}
        if code:
            form["price"] = Plan.objects.get(code=code).stripe_price
        return httpx.post(f"{address}/{act}", data=form, trust_env=False)

    return press


def halfway(till) -> None:
    """Put Stripe's clock to the middle of the month."""
    item = till.all("subscription")[0]["items"]["data"][0]
    days = (item["current_period_end"] - item["current_period_start"]) / 2 / 86_400
    till.do(lambda: till.control.advance({"days": days}))


def renew(till) -> None:
    till.act("renew", till.all("subscription")[0]["id"])


def tell_twice_in_both_orders(till) -> None:
    for events in (till.events[::-1], till.events):
        till.tell(*[{**event, "id": f"{event['id']}_{number}"} for number, event in enumerate(events)])


def test_a_dearer_plan_is_paid_for_the_rest_of_the_month_and_grants_in_proportion_once(till, choose, portal, credit_of):
    choose("starter")
    till.tell()
    before = Subscription.objects.get()
    halfway(till)
    portal("switch", "agency")
    tell_twice_in_both_orders(till)
    month, change = Payment.objects.order_by("id")
    assert (month.amount, month.credit) == (19 * DOLLAR, 20 * DOLLAR)
    assert change.amount == 90 * DOLLAR  # half of 199 less half of 19
    assert change.credit == 90 * DOLLAR * 225 // 199
    assert credit_of().available == 20 * DOLLAR + change.credit
    after = Subscription.objects.get()
    assert (after.plan_id, after.status, after.period_end) == ("agency", "active", before.period_end)
    assert before.period_end is not None
    assert set(Lot.objects.values_list("expires_at", flat=True)) == {before.period_end + timedelta(days=3)}
    renew(till)
    tell_twice_in_both_orders(till)
    assert Payment.objects.latest("id").credit == 225 * DOLLAR
    assert credit_of().available == 245 * DOLLAR + change.credit
    assert not ParkedItem.objects.exists()


def test_a_plan_changed_before_anything_was_told_grants_what_each_invoice_was_for(till, choose, portal, credit_of):
    """The month was paid at the old price: by the time we ask, the plan is another."""
    choose("starter")
    portal("switch", "agency")
    renew(till)
    tell_twice_in_both_orders(till)
    assert sorted(Payment.objects.values_list("amount", "credit")) == [
        (19 * DOLLAR, 20 * DOLLAR),
        (180 * DOLLAR, 180 * DOLLAR * 225 // 199),
        (199 * DOLLAR, 225 * DOLLAR),
    ]
    assert credit_of().available == sum(Payment.objects.values_list("credit", flat=True))
    assert not ParkedItem.objects.exists()


def test_a_cheaper_plan_begins_with_the_next_month_and_nothing_is_owed_back(till, choose, portal, credit_of):
    choose("agency")
    till.tell()
    halfway(till)
    portal("switch", "starter")
    tell_twice_in_both_orders(till)
    assert (Subscription.objects.get().plan_id, credit_of().available) == ("agency", 225 * DOLLAR)
    renew(till)
    tell_twice_in_both_orders(till)
    assert (Subscription.objects.get().plan_id, credit_of().available) == ("starter", 245 * DOLLAR)
    assert [one["amount"] for one in till.all("payment_intent")] == [1_900, 19_900]
    assert not ParkedItem.objects.exists()


def test_up_down_and_up_again_within_a_month_is_paid_once_for_each_way_up(till, choose, portal, credit_of):
    choose("starter")
    portal("switch", "studio")
    portal("switch", "starter")
    portal("switch", "agency")
    tell_twice_in_both_orders(till)
    assert [one["amount"] for one in till.all("payment_intent")] == [15_000, 3_000, 1_900]
    assert credit_of().available == sum((20 * DOLLAR, 30 * DOLLAR * 55 // 49, 150 * DOLLAR * 225 // 199))
    renew(till)
    till.tell()
    assert Subscription.objects.get().plan_id == "agency"
    assert not ParkedItem.objects.exists()


def test_a_change_whose_card_is_refused_changes_nothing_and_grants_nothing(till, choose, portal, credit_of):
    choose("starter")
    till.tell()
    till.order("decline")
    refused = portal("switch", "agency")
    assert (refused.status_code, "Your card was declined." in refused.text) == (402, True)
    tell_twice_in_both_orders(till)
    assert (Subscription.objects.get().plan_id, Subscription.objects.get().status) == ("starter", "active")
    assert credit_of().available == 20 * DOLLAR
    assert not ParkedItem.objects.exists()


def test_a_plan_that_is_ended_grants_to_its_end_and_goes_on_when_that_is_taken_back(till, choose, portal, credit_of):
    choose("studio")
    till.tell()
    portal("cancel")
    tell_twice_in_both_orders(till)
    ending = Subscription.objects.get()
    assert (ending.status, ending.cancel_at_period_end, credit_of().available) == ("active", True, 55 * DOLLAR)
    portal("keep")
    tell_twice_in_both_orders(till)
    assert Subscription.objects.get().cancel_at_period_end is False
    renew(till)
    tell_twice_in_both_orders(till)
    assert credit_of().available == 110 * DOLLAR
    portal("cancel")
    renew(till)
    tell_twice_in_both_orders(till)
    assert (Subscription.objects.get().status, credit_of().available) == ("canceled", 110 * DOLLAR)
    assert len(till.all("payment_intent")) == 2


@pytest.mark.django_db(transaction=True)
def test_a_change_settled_twelve_times_at_once_grants_once(till, choose, portal, credit_of):
    choose("starter")
    portal("switch", "studio")
    invoices = [one["id"] for one in till.all("invoice")]
    done = together([partial(settle_invoice, invoice_id=one) for one in invoices * 6])
    assert set(done) == {"paid"}
    assert credit_of().available == 20 * DOLLAR + 30 * DOLLAR * 55 // 49


def test_a_change_that_waits_does_not_keep_a_plan_alive_whose_workspace_is_to_be_deleted(
    till, choose, portal, alice, owner
):
    choose("agency")
    till.tell()
    portal("switch", "starter")
    ask_deletion(workspace_id=alice.workspace.id, name=alice.workspace.name, by=owner)
    tend_stripe()
    renew(till)
    till.tell()
    assert (Subscription.objects.get().status, len(till.all("payment_intent"))) == ("canceled", 1)


def test_the_portals_rules_are_made_once_and_again_when_other_plans_are_offered(till, choose, alice, owner):
    choose("studio")
    for _ in range(2):
        open_portal(workspace_id=alice.workspace.id, by=owner)
    assert len(till.all("billing_portal.configuration")) == 1
    Plan.objects.filter(code="agency").update(is_open=False)
    open_portal(workspace_id=alice.workspace.id, by=owner)
    newest, _ = till.all("billing_portal.configuration")
    offered = [product["prices"] for product in newest["features"]["subscription_update"]["products"]]
    assert offered == [[plan.stripe_price] for plan in Plan.objects.filter(is_open=True).order_by("price")]
    assert till.all("billing_portal.session")[0]["configuration"] == newest["id"]
