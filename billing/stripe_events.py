"""What is done about each kind of event. An event is only a reason to ask: what it says of its object is not read.

So events may come in any order and any number, and what is booked is what Stripe says when it is asked.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from django.db.models import F
from django.db.models.functions import Now
from django_q.tasks import async_task

from billing import stripe_api
from billing.errors import NotAtStripe, StripeUnreachable
from billing.models import StripeEvent
from billing.services.keep_card import forget_card
from billing.services.park import park
from billing.services.settle_checkout import settle_checkout
from billing.services.settle_invoice import settle_invoice
from billing.services.settle_payment import settle_payment
from billing.services.settle_subscription import settle_subscription

log = structlog.get_logger(__name__)
MOST_TRIES = 100
LONGEST_OUTCOME = 300


def _checkout(session_id: str) -> str:
    return settle_checkout(session_id=session_id)


def _payment(intent_id: str) -> str:
    return settle_payment(intent_id=intent_id) if intent_id else "of no payment of ours"


def _charge(charge_id: str) -> str:
    return _payment(stripe_api.intent_of_charge(charge_id))


def _refund(refund_id: str) -> str:
    return _payment(stripe_api.fetch_refund(refund_id).intent)


def _dispute(dispute_id: str) -> str:
    return _payment(stripe_api.fetch_dispute(dispute_id).intent)


def _invoice(invoice_id: str) -> str:
    return settle_invoice(invoice_id=invoice_id)


def _subscription(subscription_id: str) -> str:
    return settle_subscription(subscription_id=subscription_id)


def _card_removed(payment_method: str) -> str:
    forget_card(payment_method=payment_method)
    return "the card is forgotten"


HANDLERS: Mapping[str, Callable[[str], str]] = {
    "checkout.session.completed": _checkout,
    "checkout.session.async_payment_succeeded": _checkout,
    "checkout.session.async_payment_failed": _checkout,
    "checkout.session.expired": _checkout,
    "payment_intent.succeeded": _payment,
    "payment_intent.payment_failed": _payment,
    "payment_intent.requires_action": _payment,
    "payment_intent.canceled": _payment,
    "charge.refunded": _charge,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "charge.dispute.closed": _dispute,
    "invoice.paid": _invoice,
    "invoice.payment_failed": _invoice,
    "customer.subscription.created": _subscription,
    "customer.subscription.updated": _subscription,
    "customer.subscription.deleted": _subscription,
    "payment_method.detached": _card_removed,
}


def handle_event(*, event_id: str) -> str:
    """Handle a stored event unless that was done; gives the outcome in words. Safe to repeat, also at once.

    While Stripe does not answer, the event stays due. The try is counted first, so that one that kills its worker ends.
    """
    due = StripeEvent.objects.filter(id=event_id, handled_at=None, tries__lt=MOST_TRIES)
    if not due.update(tries=F("tries") + 1):
        return "handled before"
    event = StripeEvent.objects.get(id=event_id)
    handler = HANDLERS.get(event.type)
    try:
        outcome = handler(event.object_id) if handler else "of no interest"
    except StripeUnreachable as error:
        log.warning("stripe_event_waits", id=event_id, type=event.type, error=str(error))
        return "Stripe does not answer"
    except NotAtStripe:
        outcome = park(event.object_id, f"An event {event.type} of something that is not at Stripe.")
    StripeEvent.objects.filter(id=event_id).update(handled_at=Now(), outcome=outcome[:LONGEST_OUTCOME])
    return outcome


def call_due_events(*, older_than: timedelta) -> int:
    """Enqueue events that nobody has handled for so long; gives how many."""
    due = StripeEvent.objects.filter(handled_at=None, tries__lt=MOST_TRIES, received_at__lt=Now() - older_than)
    ids = list(due.order_by("received_at").values_list("id", flat=True)[:100])
    for event_id in ids:
        async_task("billing.tasks.stripe_event", event_id)
    return len(ids)
