"""Looking an order up in a provider's list: the exact request, what each row proves; that a lack proves nothing."""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.providers import aimlapi, aimlapi_logs, errors
from editor.providers.base import HttpRequest, HttpResponse, ProviderAccount
from editor.providers.errors import ProviderError
from editor.providers.finding import Page
from editor.providers.registry import FINDABLE, REPLAYABLE
from tests.editor.providers.test_every_provider import JOB, JSON, OTHERS, changed, pieces

ACCOUNT = ProviderAccount("https://api.example.com/base", "sk-secret-key")
FOLDER = Path(__file__).parent / "found"
FOUND = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
cases = pytest.mark.parametrize("case", FOUND.values(), ids=FOUND)


def read(body: Any, status: int = 200) -> Page:
    return aimlapi_logs.read_find(HttpResponse(status, {}, json.dumps(body).encode()), "att_1")


def test_the_order_is_looked_for_in_the_minute_and_a_half_about_it() -> None:
    sent_at = datetime(2026, 7, 2, 3, 4, 5, 999_999, tzinfo=UTC)
    request = aimlapi_logs.find("att_1", sent_at=sent_at, page=2, account=ACCOUNT)
    assert request == HttpRequest(
        method="GET",
        url="https://api.example.com/base/v2/logs?start=2026-07-02T03%3A03%3A35Z&end=2026-07-02T03%3A05%3A05Z"
        "&limit=100&offset=200",
        headers={"Authorization": "Bearer sk-secret-key"},
    )


def test_it_is_looked_for_by_the_id_that_it_was_sent_under() -> None:
    assert FINDABLE["aimlapi"] is aimlapi_logs
    headers = aimlapi.submit(JOB, ACCOUNT).headers
    assert headers["X-Client-Request-Id"] == JOB.idempotency_key == "att_1"


def test_what_is_replayed_needs_no_looking_up() -> None:
    assert set(FINDABLE) & set(REPLAYABLE) == set()


@cases
def test_a_reply_proves_exactly_what_is_recorded(case: dict[str, Any]) -> None:
    assert len(case["source"]) > 10
    assert case["date"].startswith("20")
    if "error" in case:
        with pytest.raises(ProviderError) as raised:
            read(case["reply"]["json"], case["reply"]["status"])
        assert type(raised.value).__name__ == case["error"]
    else:
        assert read(case["reply"]["json"]) == Page(**case["page"])


@cases
def test_a_reply_with_one_piece_missing_or_of_another_type_never_crashes_nor_proves_a_failure(
    case: dict[str, Any],
) -> None:
    body = case["reply"]["json"]
    for path in pieces(body):
        for variant in [changed(body, path), *(changed(body, path, other) for other in OTHERS)]:
            try:
                page = read(variant)
            except ProviderError:
                continue
            assert not page.failed or '"status": "failed"' in json.dumps(variant)


@given(body=JSON)
def test_no_json_crashes_it(body: Any) -> None:
    for reply in (body, {"data": body}, {"data": [body], "pagination": {"has_more": False}}):
        with contextlib.suppress(ProviderError):
            assert not read(reply).failed


@given(body=st.binary(), status=st.integers(200, 599))
def test_no_bytes_crash_it_and_a_look_that_goes_wrong_is_about_this_look_alone(body: bytes, status: int) -> None:
    allowed = (errors.OutcomeUnknown, errors.RateLimited, errors.OutOfCredit)
    with pytest.raises(allowed):
        aimlapi_logs.read_find(HttpResponse(status, {}, body), "att_1")
