"""Every call there is, and the lists that an object has only when asked for."""

from billing.fake_stripe.reading import Includes
from billing.fake_stripe.resources import (
    catalogue,
    checkouts,
    customers,
    intents,
    methods,
    portals,
    records,
    refunds,
    schedules,
    setups,
    subscriptions,
)

ROUTES = [
    route
    for room in (
        customers, methods, setups, intents, refunds, checkouts, catalogue, subscriptions, schedules, portals, records,
    )
    for route in room.ROUTES
]  # fmt: skip
INCLUDES: Includes = {
    ("checkout.session", "line_items"): checkouts.line_items,
    ("invoice", "payments"): subscriptions.payments,
    ("customer", "subscriptions"): subscriptions.of_customer,
    ("charge", "refunds"): refunds.of_charge,
}
