"""Bring what was started at a Checkout to where it is now: paid, a card kept, a plan chosen, or run out."""

from django.db import transaction

from billing import stripe_api
from billing.models import Customer, Payment, PaymentState
from billing.services.keep_card import keep_card
from billing.services.park import park
from billing.services.settle_payment import settle_payment
from billing.services.settle_subscription import settle_subscription
from billing.stripe_facts import Checkout


def settle_checkout(*, session_id: str) -> str:
    """Ask Stripe and book; gives the outcome in words. Safe to repeat. Raises what `stripe_api` does."""
    found = stripe_api.fetch_checkout(session_id)
    if found.mode == "setup":
        return _keep_card(found)
    if found.mode == "subscription" and found.subscription:
        return settle_subscription(subscription_id=found.subscription)
    if found.intent:
        return settle_payment(intent_id=found.intent)
    if found.status == "expired":
        payments = Payment.objects.filter(session=found.id, state=PaymentState.STARTED)
        payments.update(state=PaymentState.FAILED, why="It was not paid within a day.")
    return f"the checkout is {found.status}"


def _keep_card(found: Checkout) -> str:
    if found.status != "complete" or not found.payment_method:
        return f"the checkout is {found.status}"
    with transaction.atomic():
        customer = Customer.objects.select_for_update().filter(stripe_id=found.customer).first()
        if customer is None or found.workspace != customer.workspace_id:
            return park(found.id, "A card was given for a workspace that is not the customer's.")
        keep_card(workspace_id=customer.workspace_id, payment_method=found.payment_method, card=found.card)
    return "the card is kept"
