"""Have no plan renewed whose workspace is to be deleted, and have it go on when the deletion is undone."""

from typing import Any

import structlog
from django.db.models import Q

from accounts.services.record_audit import SYSTEM, record_audit
from billing import stripe_api
from billing.errors import NotAtStripe, StripeRefused, StripeUnreachable
from billing.models import Subscription
from billing.services.park import park
from billing.services.settle_subscription import OVER, settle_subscription

log = structlog.get_logger(__name__)
BATCH = 100


def stop_renewals() -> int:
    """Do both, and tell for how many plans. Safe to repeat, also at once; what Stripe does not answer waits.

    Only what we have stopped goes on again: what its owner ended at Stripe stays so. A plan whose period ended
    meanwhile is over. What Stripe refuses is parked; when it does not answer, the rest waits for the next time. Call it
    with no transaction open.
    """
    alive = Subscription.objects.exclude(status__in=OVER).order_by("pk")
    leaves = Q(workspace__delete_at__isnull=False)
    stopping = [(plan, False) for plan in alive.filter(leaves, cancel_at_period_end=False)[:BATCH]]
    going_on = [(plan, True) for plan in alive.filter(~leaves, is_stopped=True)[:BATCH]]
    done = 0
    for plan, renews in stopping + going_on:
        try:
            done += _renew(plan, renews=renews)
        except StripeUnreachable:
            log.warning("plan_not_changed_yet", subscription=plan.stripe_id, renews=renews)
            break
    return done


def _renew(plan: Subscription, *, renews: bool) -> bool:
    mine: Any = Subscription.objects.filter(pk=plan.pk, stripe_id=plan.stripe_id)
    try:
        if not renews:
            settle_subscription(subscription_id=plan.stripe_id)
            if not mine.exclude(status__in=OVER).filter(cancel_at_period_end=False).exists():
                return False  # its owner has ended it, and we had not heard
            mine.update(is_stopped=True)  # first, so that it goes on again even if we die now
        stripe_api.renew_subscription(plan.stripe_id, renews=renews)
        settle_subscription(subscription_id=plan.stripe_id)
    except (StripeRefused, NotAtStripe) as error:
        what = (
            "could not go on after its deletion was undone" if renews else "that is to be deleted could not be stopped"
        )
        park(plan.stripe_id, f"The plan of a workspace {what}.", {"why": str(error)})
        return False
    if renews:
        mine.update(is_stopped=False)
    record_audit(
        workspace_id=plan.workspace_id,
        action="plan.resumed" if renews else "plan.stopped",
        by=SYSTEM,
        target=plan.stripe_id,
        note="" if renews else "The workspace is to be deleted.",
    )
    return True
