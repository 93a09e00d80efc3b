"""What may be done in Stripe's Customer Portal: written down here, not clicked together in a dashboard."""

import hashlib
import json
from typing import Any

from billing import stripe_api
from billing.models import Plan
from billing.services.choose_plan import price_of

# A dearer plan begins at once, and the rest of the month is paid at once; a cheaper one begins with the next month, so
# that nothing is ever owed back; a plan that is ended ends with its month.
FEATURES: dict[str, Any] = {
    "customer_update": {"enabled": True, "allowed_updates": ["email", "address", "tax_id"]},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {"enabled": True, "mode": "at_period_end", "proration_behavior": "none"},
}
CHANGES: dict[str, Any] = {
    "enabled": True,
    "default_allowed_updates": ["price"],
    "proration_behavior": "always_invoice",
    "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
}


def portal_rules() -> str:
    """Find the portal's configuration at Stripe for the plans that are offered now, or make it; gives its id.

    Other plans, or other rules here, make another one. Raises what `stripe_api` does.
    """
    prices = [price_of(plan) for plan in Plan.objects.filter(is_open=True).order_by("price")]
    name = hashlib.sha256(json.dumps([FEATURES, CHANGES, prices], sort_keys=True).encode()).hexdigest()
    if found := stripe_api.find_portal_rules(name):
        return found
    products = [{"product": stripe_api.product_of(price), "prices": [price]} for price in prices]
    changes = {**CHANGES, "products": products} if products else {"enabled": False}
    return stripe_api.make_portal_rules(name=name, features={**FEATURES, "subscription_update": changes})
