"""Bring a workspace's plan to what Stripe says it is now."""

from django.db import transaction

from accounts.services.record_audit import SYSTEM, record_audit
from billing import stripe_api
from billing.models import Customer, Plan, Subscription
from billing.services.park import park
from billing.stripe_facts import Subscription as Found

OVER = ("canceled", "incomplete_expired")


def settle_subscription(*, subscription_id: str) -> str:
    """Ask Stripe and keep it; gives the outcome in words. Safe to repeat. Raises what `stripe_api` does."""
    found = stripe_api.fetch_subscription(subscription_id)
    with transaction.atomic():
        return keep_subscription(found)


def keep_subscription(found: Found) -> str:
    """Keep it, in the caller's transaction; what does not fit a workspace's one plan is parked.

    What is over stays over: an older answer of Stripe's changes nothing.
    """
    customer = Customer.objects.select_for_update().filter(stripe_id=found.customer).first()
    plan = plan_of(found)
    if customer is None:
        return park(found.id, "A plan of a customer that we do not know.", {"customer": found.customer})
    if found.workspace not in ("", customer.workspace_id):
        return park(found.id, "A plan that names another workspace than its customer's.", {"names": found.workspace})
    if plan is None:
        return park(found.id, "A plan that we do not offer.", {"price": found.price})
    known = Subscription.objects.filter(workspace_id=customer.workspace_id).first()
    if known is not None and known.stripe_id != found.id and known.status not in OVER:
        return "another plan is on" if found.status in OVER else park(found.id, "A second plan of one workspace.")
    if known is not None and known.stripe_id == found.id and known.status in OVER:
        return known.status
    fields = {
        "plan": plan,
        "stripe_id": found.id,
        "status": found.status,
        "period_end": found.period_end,
        "cancel_at_period_end": found.cancel_at_period_end,
    }
    if known is None or known.stripe_id != found.id:
        fields["is_stopped"] = False
    Subscription.objects.update_or_create(workspace_id=customer.workspace_id, defaults=fields)
    before = None if known is None else {"plan": known.plan_id, "status": known.status}
    after = {"plan": plan.code, "status": found.status}
    if before != after:
        record_audit(
            workspace_id=customer.workspace_id, action="plan.changed", by=SYSTEM, target=found.id, before=before,
            after=after,
        )  # fmt: skip
    return found.status


def plan_of(found: Found) -> Plan | None:
    """Find the plan: by its price at Stripe, which the portal changes, or by what we said when it was chosen."""
    return priced(found.price) or Plan.objects.filter(code=found.plan, stripe_price="").first()


def priced(price: str) -> Plan | None:
    """Find the plan that has a price of Stripe's."""
    return Plan.objects.filter(stripe_price=price).exclude(stripe_price="").first()
