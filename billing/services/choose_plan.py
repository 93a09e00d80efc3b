"""Choose a plan: it is paid and changed at Stripe's pages."""

from django.conf import settings
from django.urls import reverse

from accounts.errors import InvalidInput
from accounts.models import Workspace
from accounts.services.record_audit import By, record_audit
from billing import stripe_api
from billing.errors import StripeOff
from billing.models import Plan, Subscription
from billing.services.keep_customer import keep_customer
from billing.services.settle_subscription import OVER
from billing.services.top_up_amounts import CENT


def choose_plan(*, workspace_id: str, code: str, token: str, by: By) -> str:
    """Give the address where the plan is paid. `token` is the form's: pressed twice is one Checkout.

    Raises InvalidInput for no open plan, and for a workspace that has one or is to be deleted, StripeOff, and what
    `stripe_api` does.
    """
    if not stripe_api.is_on():
        raise StripeOff
    plan = Plan.objects.filter(code=code, is_open=True).first()
    if plan is None:
        raise InvalidInput("There is no such plan. Nothing was charged.", param="plan")
    if Subscription.objects.filter(workspace_id=workspace_id).exclude(status__in=OVER).exists():
        raise InvalidInput("This workspace has a plan: change it there. Nothing was charged.", param="plan")
    if Workspace.objects.filter(id=workspace_id, delete_at__isnull=False).exists():
        raise InvalidInput("This workspace is to be deleted: undo that first. Nothing was charged.", param="plan")
    customer = keep_customer(workspace_id=workspace_id, by=by)
    back = settings.PUBLIC_BASE_URL + reverse("billing:plans")
    session = stripe_api.start_checkout(
        params={
            "mode": "subscription",
            "customer": customer.stripe_id,
            "client_reference_id": workspace_id,
            "line_items": [{"quantity": 1, "price": price_of(plan)}],
            "subscription_data": {"metadata": {"workspace": workspace_id, "plan": plan.code}},
            "success_url": f"{back}?chosen={{CHECKOUT_SESSION_ID}}",
            "cancel_url": back,
        },
        key=f"plan:{workspace_id}:{plan.code}:{token}",
    )
    record_audit(workspace_id=workspace_id, action="plan.asked", by=by, target=plan.code, target_name=plan.name)
    return session.url


def price_of(plan: Plan) -> str:
    """Find the plan's price at Stripe, or make it, once for each amount."""
    if not plan.stripe_price:
        made = stripe_api.make_price(plan=plan.code, name=f"Pentimento {plan.name}", cents=plan.price // CENT)
        Plan.objects.filter(code=plan.code, stripe_price="").update(stripe_price=made)
        plan.refresh_from_db()
    return plan.stripe_price
