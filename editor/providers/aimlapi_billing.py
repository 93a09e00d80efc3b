"""AI/ML API's own books: what it charged us, whose request that was, and what a picture costs there now.

docs/api-references/service-endpoints/{account-balance.md,billing-transactions-v2.json,usage-logs.md,models.json,
complete-model-list.md} in github.com/aimlapi/api-docs, commit f14fa72, 2026-08-21. The ledger
(`/v2/billing/transactions`) is what to reconcile against; it names each charge's inference id only, so the request log
tells our id for it. The ledger is paged by an opaque cursor, the log by an offset. A failed request has no entry.
Prices are in USD for `per` units, and are what is charged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from editor.providers import fields, reading
from editor.providers.base import HttpRequest, HttpResponse, ProviderAccount
from editor.providers.errors import Unreadable

ROWS = 100
CATALOGUE_BYTES = 1024 * 1024
NAMES = {"seedream-4.5": "bytedance/seedream-4-5"}
SEEN = frozenset({"MODEL_USAGE", "REFUND"})  # what else moves the balance is no cost of an attempt


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of charges and refunds by heading, as statements are read; `cursor` is the next page's, or empty."""

    rows: tuple[Mapping[str, str], ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Our ids of requests by the provider's, and whether there are more pages."""

    ours: Mapping[str, str]
    more: bool


def ledger(*, since: datetime, until: datetime, cursor: str, account: ProviderAccount) -> HttpRequest:
    """Build the free request for a page of the account's ledger, newest first."""
    query = {"from": f"{since:%Y-%m-%dT%H:%M:%SZ}", "to": f"{until:%Y-%m-%dT%H:%M:%SZ}", "limit": ROWS}
    return _get("/v2/billing/transactions", {**query, "cursor": cursor} if cursor else query, account)


def read_ledger(response: HttpResponse) -> LedgerPage:
    """Read it; raises a ProviderError, as for a page without any of its pieces."""
    match _open(response):
        case {"data": [*rows], "pagination": {"has_more": bool(more), **pagination}}:
            cursor = pagination.get("next_cursor")
            if more and not (isinstance(cursor, str) and cursor):
                raise Unreadable("there are more charges, and no cursor to them")
            read = [_charge(row) for row in rows]
            return LedgerPage(tuple(row for row in read if row), str(cursor) if more else "")
    raise Unreadable("the reply is not a page of charges")


def log(*, since: datetime, until: datetime, page: int, account: ProviderAccount) -> HttpRequest:
    """Build the free request for a page of the request log."""
    query = {"start": f"{since:%Y-%m-%dT%H:%M:%SZ}", "end": f"{until:%Y-%m-%dT%H:%M:%SZ}", "limit": ROWS}
    return _get("/v2/logs", {**query, "offset": page * ROWS}, account)


def read_log(response: HttpResponse) -> LogPage:
    """Read it; raises a ProviderError."""
    match _open(response):
        case {"data": [*rows], "pagination": {"has_more": bool(more)}}:
            pairs = (
                (fields.ticket(row.get("inference_id")), fields.ticket(row.get("client_request_id")))
                for row in rows
                if isinstance(row, dict)
            )
            return LogPage({theirs: ours for theirs, ours in pairs if theirs and ours}, more)
    raise Unreadable("the reply is not a page of requests")


def price(model: str, account: ProviderAccount) -> HttpRequest:
    """Build the free request for what one of our models costs."""
    return _get("/v1/models", {"id": NAMES[model], "include": "pricing"}, account)


def read_price(response: HttpResponse, model: str) -> Decimal:
    """Read the price of one picture in USD: the dearest, where it depends on what is asked. Raises a ProviderError."""
    body = _open(response)
    models = body.get("data")
    for entry in models if isinstance(models, list) else []:
        match entry:
            case {"id": str(name), "pricing": {"kind": "fixed", "units": [*rates]}} if name == NAMES[model]:
                return _dearest(rates)
            case {"id": str(name), "pricing": {"kind": "variants", "variants": [*rates]}} if name == NAMES[model]:
                return _dearest(rates)
    raise Unreadable("the catalogue gives no price that can be told beforehand")


def _get(path: str, query: Mapping[str, object], account: ProviderAccount) -> HttpRequest:
    return HttpRequest(
        method="GET",
        url=f"{account.base_url}{path}?{urlencode(query)}",
        headers={"Authorization": f"Bearer {account.api_key}"},
    )


def _open(response: HttpResponse) -> dict[str, object]:
    with reading.only_this_poll():
        body = reading.open_json(response)
        reading.check_status(response, message=fields.first_text(body.get("message")))
    return body


def _charge(row: object) -> Mapping[str, str]:
    """Give a charge or refund by heading, nothing for what is neither."""
    match row:
        case {
            "created_at": str(at),
            "direction": str(direction),
            "type": str(kind),
            "amount": {"credits": int(credits_used)},
            "reference_id": reference,
        }:
            named = {"created_at": at, "direction": direction, "credits": str(credits_used)}
            return {**named, "reference_id": fields.ticket(reference)} if kind in SEEN else {}
    raise Unreadable("an entry lacks its time, direction, type, amount or reference")


def _dearest(rates: list[object]) -> Decimal:
    found = []
    for rate in rates:
        match rate:
            case {"price": int() | float() as amount, "unit": str(unit), "per": int(per)} if (
                "image" in unit and per > 0
            ):
                found.append(_usd(amount) / per)
    if not found:
        raise Unreadable("the catalogue gives no price for an image")
    return max(found)


def _usd(amount: float) -> Decimal:
    try:
        usd = Decimal(str(amount))
    except InvalidOperation:
        usd = Decimal(-1)
    if isinstance(amount, bool) or not usd.is_finite() or usd <= 0:
        raise Unreadable("the catalogue's price is not an amount")
    return usd
