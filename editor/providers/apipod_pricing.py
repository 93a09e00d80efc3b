"""APIPod's estimate of what an order would cost: `POST /v1/pricing/estimate`, which makes and charges nothing.

https://github.com/apipodai/docs, introduction.mdx ("estimates a request cost before execution"), read 2026-11. Neither
body is documented: the order's own fields are sent, and the amount is looked for under the names that its other replies
use. What cannot be read says nothing.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from editor.providers import fields, reading
from editor.providers.apipod import UPSTREAM_MODEL
from editor.providers.base import HttpRequest, HttpResponse, ProviderAccount
from editor.providers.errors import Unreadable

AMOUNTS = ("estimated_cost", "cost", "amount", "price", "total")


def estimate(resolution: str, account: ProviderAccount) -> HttpRequest:
    """Build the free request for the price of one picture."""
    return HttpRequest(
        method="POST",
        url=f"{account.base_url}/v1/pricing/estimate",
        headers={"Authorization": f"Bearer {account.api_key}"},
        json={"model": UPSTREAM_MODEL, "quality": resolution},
    )


def read_estimate(response: HttpResponse) -> Decimal:
    """Read the price of one picture in USD; raises a ProviderError."""
    with reading.only_this_poll():
        body = reading.open_json(response)
        reading.check_status(response, message=fields.first_text(body.get("message")))
    data = body.get("data")
    place: Mapping[str, object] = data if isinstance(data, dict) else body
    currency = place.get("currency", "USD")
    text = next((fields.cost(place[name]) for name in AMOUNTS if name in place), "")
    try:
        usd = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        usd = Decimal(-1)
    if currency != "USD" or not usd.is_finite() or usd <= 0:
        raise Unreadable("the estimate names no amount of dollars")
    return usd
