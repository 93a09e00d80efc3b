"""AI/ML API's books are read page by page, against the simulator; a page with anything missing is no page."""

import asyncio
import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.providers import aimlapi, aimlapi_billing
from editor.providers.base import HttpRequest, HttpResponse, ProviderAccount
from editor.providers.errors import OutcomeUnknown, ProviderError, Unreadable
from editor.providers.transport import Transport
from tests.editor.providers.test_every_provider import JSON
from tests.editor.providers.test_synchronous_against_simulator import JOB, submit
from tests.simulator_fixture import Simulator

ACCOUNT = ProviderAccount("https://api.example.com", "sk-secret-key")
ENTRY = {
    "created_at": "2026-08-17T10:00:00.000Z", "direction": "CHARGE", "type": "MODEL_USAGE",
    "amount": {"usd": 0.042, "credits": 84000}, "model": "bytedance/seedream-4-5", "reference_id": "inf-1",
}  # fmt: skip


def reply(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(status, {}, json.dumps(body).encode())


def ask(simulator: Simulator, request: HttpRequest) -> HttpResponse:
    async def run() -> HttpResponse:
        transport = Transport()
        try:
            return await transport.send(request, seconds=5, max_bytes=1 << 20)
        finally:
            await transport.close()

    return asyncio.run(run())


def test_every_charge_of_the_simulator_is_found_with_our_id_for_it(simulator: Simulator) -> None:
    account = ProviderAccount(simulator.base_url("aimlapi"), "sk-any")
    for number in range(3):
        submit(simulator, aimlapi, replace(JOB, idempotency_key=f"att_{number}"))
    since, until = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    request = aimlapi_billing.ledger(since=since, until=until, cursor="", account=account)
    whole = aimlapi_billing.read_ledger(ask(simulator, request))
    small = replace(request, url=request.url.replace("limit=100", "limit=2"))
    first = aimlapi_billing.read_ledger(ask(simulator, small))
    second = aimlapi_billing.read_ledger(ask(simulator, replace(small, url=f"{small.url}&cursor={first.cursor}")))
    assert (len(first.rows), len(second.rows), second.cursor) == (2, 1, "")
    assert (*first.rows, *second.rows) == whole.rows
    log = aimlapi_billing.read_log(
        ask(simulator, aimlapi_billing.log(since=since, until=until, page=0, account=account))
    )
    assert [log.ours[row["reference_id"]] for row in whole.rows] == ["att_2", "att_1", "att_0"]
    assert {row["credits"] for row in whole.rows} == {"84000"}


def test_a_cursor_is_taken_only_as_it_was_issued(simulator: Simulator) -> None:
    account = ProviderAccount(simulator.base_url("aimlapi"), "sk-any")
    now = datetime.now(UTC)
    request = aimlapi_billing.ledger(since=now - timedelta(hours=1), until=now, cursor="c2ltOjE=", account=account)
    with pytest.raises(OutcomeUnknown, match="malformed cursor"):
        aimlapi_billing.read_ledger(ask(simulator, request))


def test_the_price_is_the_one_that_the_catalogue_names(simulator: Simulator) -> None:
    account = ProviderAccount(simulator.base_url("aimlapi"), "sk-any")
    request = aimlapi_billing.price("seedream-4.5", account)
    assert aimlapi_billing.read_price(ask(simulator, request), "seedream-4.5") == Decimal("0.042")


@pytest.mark.parametrize(
    ("pricing", "price"),
    [
        ({"kind": "fixed", "units": [{"price": 42, "unit": "image", "per": 1000}]}, Decimal("0.042")),
        ({"kind": "variants", "variants": [{"price": 0.03, "unit": "image", "per": 1, "when": {"image_size": "2K"}},
                                           {"price": 0.05, "unit": "image", "per": 1}]}, Decimal("0.05")),
    ],
)  # fmt: skip
def test_a_price_is_for_one_picture_and_the_dearest(pricing, price) -> None:
    body = {"data": [{"id": "other"}, {"id": "bytedance/seedream-4-5", "pricing": pricing}]}
    assert aimlapi_billing.read_price(reply(body), "seedream-4.5") == price


@pytest.mark.parametrize(
    "pricing",
    [
        {"kind": "variable"}, {"kind": "fixed", "units": []},
        {"kind": "fixed", "units": [{"price": 0.042, "unit": "second", "per": 1}]},
        {"kind": "fixed", "units": [{"price": 0.042, "unit": "image", "per": 0}]},
        {"kind": "fixed", "units": [{"price": -1, "unit": "image", "per": 1}]},
        {"kind": "fixed", "units": [{"price": True, "unit": "image", "per": 1}]},
    ],
)  # fmt: skip
def test_what_is_no_price_of_a_picture_is_unreadable(pricing) -> None:
    with pytest.raises(Unreadable):
        aimlapi_billing.read_price(
            reply({"data": [{"id": "bytedance/seedream-4-5", "pricing": pricing}]}), "seedream-4.5"
        )


def test_what_moves_the_balance_for_another_reason_is_passed_over() -> None:
    body = {"data": [{**ENTRY, "type": "PAYMENT"}, {**ENTRY, "type": "REFUND", "direction": "TOPUP"}],
            "pagination": {"has_more": False, "next_cursor": None}}  # fmt: skip
    (row,) = aimlapi_billing.read_ledger(reply(body)).rows
    assert row == {
        "created_at": ENTRY["created_at"], "direction": "TOPUP", "credits": "84000", "reference_id": "inf-1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {}, {"data": []}, {"data": [1], "pagination": {"has_more": False}},
        {"data": [{**ENTRY, "amount": {}}], "pagination": {"has_more": False}},
        {"data": [ENTRY], "pagination": {"has_more": True, "next_cursor": None}},
    ],
)  # fmt: skip
def test_a_page_that_lacks_something_is_unreadable(body) -> None:
    with pytest.raises(Unreadable):
        aimlapi_billing.read_ledger(reply(body))


def test_the_key_is_in_a_header_and_nowhere_else() -> None:
    request = aimlapi_billing.ledger(
        since=datetime(2026, 8, 1, tzinfo=UTC), until=datetime(2026, 9, 1, tzinfo=UTC), cursor="abc", account=ACCOUNT
    )
    assert request.url == (
        "https://api.example.com/v2/billing/transactions?from=2026-08-01T00%3A00%3A00Z&to=2026-09-01T00%3A00%3A00Z"
        "&limit=100&cursor=abc"
    )
    assert request.headers == {"Authorization": "Bearer sk-secret-key"}
    assert "sk-secret-key" not in repr(request)


@given(JSON, st.sampled_from([200, 400, 401, 500]))
def test_any_reply_is_read_or_refused(body, status) -> None:
    for read in (aimlapi_billing.read_ledger, aimlapi_billing.read_log):
        with contextlib.suppress(ProviderError):
            read(reply(body, status))
    with contextlib.suppress(ProviderError):
        aimlapi_billing.read_price(reply(body, status), "seedream-4.5")
