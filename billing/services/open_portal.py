"""Open Stripe's Customer Portal, where cards and plans are changed and invoices lie."""

from django.conf import settings
from django.urls import reverse

from accounts.services.record_audit import By, record_audit
from billing import stripe_api
from billing.errors import StripeOff
from billing.services.keep_customer import keep_customer
from billing.services.portal_rules import portal_rules


def open_portal(*, workspace_id: str, by: By) -> str:
    """Give the portal's address, good for minutes. Raises StripeOff and what `stripe_api` does."""
    if not stripe_api.is_on():
        raise StripeOff
    customer = keep_customer(workspace_id=workspace_id, by=by)
    address = stripe_api.open_portal(
        customer=customer.stripe_id,
        rules=portal_rules(),
        back=settings.PUBLIC_BASE_URL + reverse("billing:payments"),
    )
    record_audit(workspace_id=workspace_id, action="portal.opened", by=by)
    return address
