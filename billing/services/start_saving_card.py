"""Let somebody give a card for automatic top-ups, without paying now."""

from django.conf import settings
from django.urls import reverse

from accounts.services.record_audit import By, record_audit
from billing import stripe_api
from billing.errors import StripeOff
from billing.services.keep_customer import keep_customer


def start_saving_card(*, workspace_id: str, token: str, by: By) -> str:
    """Give the address of the page at Stripe where the card is given. `token` is the form's: pressed twice is once.

    Raises StripeOff and what `stripe_api` does.
    """
    if not stripe_api.is_on():
        raise StripeOff
    customer = keep_customer(workspace_id=workspace_id, by=by)
    back = settings.PUBLIC_BASE_URL + reverse("billing:automatic")
    session = stripe_api.start_checkout(
        params={
            "mode": "setup",
            "currency": "usd",
            "customer": customer.stripe_id,
            "client_reference_id": workspace_id,
            "success_url": f"{back}?card={{CHECKOUT_SESSION_ID}}",
            "cancel_url": back,
        },
        key=f"card:{workspace_id}:{token}",
    )
    record_audit(workspace_id=workspace_id, action="card.asked", by=by)
    return session.url
