"""Fetch AI/ML API's own books of a month and import them as its statement, with our id for every charge."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import structlog

from billing import facade
from editor.provider_accounts import is_on
from editor.providers import aimlapi_billing
from editor.providers.base import ProviderAccount
from editor.providers.errors import Unreadable
from editor.services.ask_provider import Send, ask_provider

log = structlog.get_logger(__name__)

NAME = "aimlapi"
MOST_PAGES = 5_000  # of a hundred charges
AROUND = timedelta(hours=1)  # a request is in the log when it was made, in the ledger when it was charged

Row = Mapping[str, str]


def fetch_statement(*, month: date) -> int:
    """Import what is new of a month and tell how many charges that is; 0 when there is nothing new or it is off.

    Raises a ProviderError when a page cannot be had or read; then nothing is kept. Safe to repeat.
    """
    if not is_on(NAME):
        return 0
    rows = ask_provider(NAME, lambda send, account: _read(send, account, month))
    if not rows:
        return 0
    try:
        return facade.import_rows(provider=NAME, month=month, name="GET /v2/billing/transactions", rows=rows)
    except (facade.AlreadyImported, facade.MonthSigned) as nothing_new:
        log.info("statement_not_imported", provider=NAME, why=str(nothing_new))
        return 0


async def _read(send: Send, account: ProviderAccount, month: date) -> list[Row]:
    since = datetime(month.year, month.month, 1, tzinfo=UTC)
    until = (since + timedelta(days=31)).replace(day=1)
    charges: list[Row] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        request = aimlapi_billing.ledger(since=since, until=until, cursor=cursor, account=account)
        page = aimlapi_billing.read_ledger(await send(request))
        charges += page.rows
        cursor = page.cursor
        if not cursor:
            break
    else:
        raise Unreadable(f"there are more than {MOST_PAGES} pages of charges")
    ours = await _ours(send, account, since - AROUND, until) if charges else {}
    return [{**row, "client_request_id": ours.get(row["reference_id"], "")} for row in charges]


async def _ours(send: Send, account: ProviderAccount, since: datetime, until: datetime) -> dict[str, str]:
    """Read our ids out of the log. A request that is not in it stays to be matched by time and amount."""
    ours: dict[str, str] = {}
    for number in range(MOST_PAGES):
        request = aimlapi_billing.log(since=since, until=until, page=number, account=account)
        page = aimlapi_billing.read_log(await send(request))
        ours |= page.ours
        if not page.more:
            return ours
    raise Unreadable(f"there are more than {MOST_PAGES} pages of requests")
