"""AI/ML API's request log, in which an order whose answer we never read can be found by the id that we gave it.

docs/capabilities/request-tracing-and-cost.md, docs/api-references/service-endpoints/usage-logs.md, logs-v2.json and
account-balance.md in github.com/aimlapi/api-docs, commit f14fa72, 2026-08-21. `GET /v2/logs` has a row for each request
and our `X-Client-Request-Id` as `client_request_id`. The money's own feed, /v2/billing/transactions, names only their
id, which the lost answer held. What a row proves, and what its lack does:

- A cost above zero: it was made and we owe it. No document says that a picture can be had again, so it is lost.
- `failed` at no cost: "a failed request is billed nothing — the hold is rolled back". Nothing was made for us, another
  provider may be asked. Only a row says so, and only when no other row of that id, on any page, shows a cost.
- No row proves nothing, ever. The log "comes from the analytics pipeline", entries come "after your response was
  delivered", and no document says after how long all of them are there; an id that they dropped leaves no trace either.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from editor.providers import fields, reading
from editor.providers.aimlapi import CREDITS_PER_USD
from editor.providers.base import HttpRequest, HttpResponse, ProviderAccount
from editor.providers.errors import Unreadable
from editor.providers.finding import Page

PAGES = 5
ROWS = 100
BEFORE, AFTER = timedelta(seconds=30), timedelta(seconds=60)  # between our clock and theirs, and on the way


def find(order_id: str, *, sent_at: datetime, page: int, account: ProviderAccount) -> HttpRequest:  # noqa: ARG001
    """Build the free request for one page of the minute and a half about an order; it cannot be asked for by its id."""
    query = {
        "start": f"{sent_at - BEFORE:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{sent_at + AFTER:%Y-%m-%dT%H:%M:%SZ}",
        "limit": ROWS,
        "offset": page * ROWS,
    }
    return HttpRequest(
        method="GET",
        url=f"{account.base_url}/v2/logs?{urlencode(query)}",
        headers={"Authorization": f"Bearer {account.api_key}"},
    )


def read_find(response: HttpResponse, order_id: str) -> Page:
    """Read its reply. A row that has a cost counts as charged whatever its status; success for nothing is no answer."""
    with reading.only_this_poll():
        body = reading.open_json(response)
        message = fields.first_text(body.get("message"))
        reading.check_status(response, message=message)
    match body:
        case {"data": [*rows], "pagination": {"has_more": bool(more)}}:
            ours = [row for row in rows if isinstance(row, dict) and row.get("client_request_id") == order_id]
            costs = [_credits(row) for row in ours]
            failed = bool(ours) and all(row.get("status") == "failed" for row in ours)
            return Page(charged=_usd(max(costs, default=0)), failed=failed and not any(costs), more=more)
    raise Unreadable("the reply is not a page of requests")


def _credits(row: dict[object, object]) -> int:
    match row:
        case {"cost": {"credits": int(credits_used)}} if not isinstance(credits_used, bool) and credits_used >= 0:
            return credits_used
    raise Unreadable("the request's row gives no cost")


def _usd(credits_used: int) -> str:
    return fields.cost(f"{Decimal(credits_used) / CREDITS_PER_USD:f}") if credits_used else ""
