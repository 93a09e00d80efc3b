"""What one picture costs upstream and sells for to a workspace, now."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from billing.models.prices import DEFAULT_MARKUP_PPM
from billing.money import with_markup
from billing.price_book.known import PROVIDERS

PAID = ["active", "trialing", "past_due"]  # how a subscription stands at Stripe while its plan's terms hold

# A workspace's own terms before its plan's, the plan's before the default; a plan counts while Stripe says it is paid.
MARKUP = """
coalesce(
    (SELECT markup_ppm FROM billing_workspaceterms WHERE workspace_id = %(workspace)s),
    (SELECT plan.markup_ppm FROM billing_subscription subscription
        JOIN billing_plan plan ON plan.code = subscription.plan_id
        WHERE subscription.workspace_id = %(workspace)s AND subscription.status = ANY(%(paid)s)),
    %(markup)s)
"""

UNIT_PRICES = f"""
SELECT DISTINCT ON (price.provider) price.provider, price.amount, terms.markup
FROM billing_upstreamprice price, (SELECT {MARKUP} AS markup) terms
WHERE price.provider = ANY(%(providers)s) AND price.model = %(model)s AND price.resolution = %(resolution)s
AND price.valid_from <= statement_timestamp()
ORDER BY price.provider, price.valid_from DESC
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one picture is expected to cost us, and what it sells for to one workspace."""

    cost: int
    price: int


def unit_prices(*, workspace_id: str, model: str, resolution: str) -> dict[str, UnitPrice]:
    """Give the price of one picture now, by provider; a provider without a known price is absent. One query."""
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "providers": list(PROVIDERS),
        "model": model,
        "resolution": resolution,
        "markup": DEFAULT_MARKUP_PPM,
        "paid": PAID,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNIT_PRICES, values)
        return {name: UnitPrice(cost, with_markup(cost, markup)) for name, cost, markup in cursor.fetchall()}


def markup_ppm(workspace_id: str) -> int:
    """Give a workspace's markup in parts per million over the cost. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {MARKUP}", {"workspace": workspace_id, "markup": DEFAULT_MARKUP_PPM, "paid": PAID})
        return int(cursor.fetchone()[0])
