"""See to it that a workspace that goes is charged nothing any more: no plan, no automatic top-up."""

import structlog

from billing import stripe_api
from billing.errors import NotAtStripe, StripeOff, StripeRefused, StripeUnreachable
from billing.ledger import set_top_up_line
from billing.models import AutoTopUp, Subscription
from billing.services.park import park
from billing.services.settle_subscription import OVER, settle_subscription

log = structlog.get_logger(__name__)


def end_payments(*, workspace_id: str) -> bool:
    """End them here and at Stripe, and tell whether that is done; not while Stripe does not answer. Safe to repeat.

    What cannot be ended is parked, for a person to end it at Stripe. Call it with no transaction open.
    """
    if AutoTopUp.objects.filter(workspace_id=workspace_id).update(is_on=False):
        set_top_up_line(workspace_id=workspace_id, below=None)
    plan = Subscription.objects.filter(workspace_id=workspace_id).exclude(status__in=OVER).first()
    if plan is None:
        return True
    try:
        stripe_api.end_subscription(plan.stripe_id)
        settle_subscription(subscription_id=plan.stripe_id)
    except StripeUnreachable:
        log.warning("plan_not_ended_yet", workspace_id=workspace_id, subscription=plan.stripe_id)
        return False
    except (StripeOff, StripeRefused, NotAtStripe) as error:
        park(plan.stripe_id, "The plan of a deleted workspace could not be ended.", {"why": str(error)})
    return True
