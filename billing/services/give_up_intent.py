"""Give up a payment at Stripe, so that it can never be paid beside the one that is paid instead."""

from dataclasses import replace

from billing import stripe_api
from billing.errors import StripeRefused
from billing.stripe_facts import Intent

NEEDS_OWNER = "authentication_required"
BANK_ASKS = "Your bank wants you to confirm the payment."


def give_up_intent(tried: Intent) -> Intent:
    """Cancel it, and give it as it is then, with why it was not paid; or as it is if it was paid meanwhile.

    Safe to repeat, also at once. Raises what `stripe_api` does: then nobody knows.
    """
    try:
        found = stripe_api.cancel_intent(tried.id)
    except StripeRefused:
        found = stripe_api.fetch_intent(tried.id)
    if found.status != "canceled":
        return found
    return replace(found, problem=tried.problem or BANK_ASKS, problem_code=tried.problem_code or NEEDS_OWNER)
