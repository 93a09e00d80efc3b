"""One suite for every provider and every recorded case: the exact request, the exact outcome, never a crash."""

import base64
import functools
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.providers import errors
from editor.providers.base import Accepted, Delivered, HttpRequest, HttpResponse, Provider, ProviderAccount, ProviderJob
from editor.providers.errors import OutcomeUnknown, ProviderError, Rejected
from editor.providers.registry import PROVIDERS
from tests.editor.providers.cases import CASES, Case, cases, name_of

KEY = "sk-secret-key"
ACCOUNT = ProviderAccount("https://api.example.com/base", KEY)
JOB = ProviderJob(
    model="seedream-4.5",
    prompt="warmer",
    images=("https://pictures.example.com/a.jpg",),
    ratio="1:1",
    resolution="2K",
    n=1,
    callback_url="https://pictures.example.com/cb/token",
    idempotency_key="att_1",
)
TICKET = "job_1"
POLLED = [provider for provider in PROVIDERS.values() if provider.NAME != "aimlapi"]
providers = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def outcome(case: Case) -> dict[str, Any]:
    """What a reply was taken for, in the words of the case files."""
    try:
        taken = (
            case.provider.read_submit(case.response)
            if case.said["reads"] == "read_submit"
            else case.provider.read_poll(case.response, case.said.get("ticket", TICKET))
        )
    except ProviderError as error:
        told = {"error": type(error).__name__, "code": error.code, "message": error.message}
        wait = getattr(error, "retry_after", None)
        return told | ({} if wait is None and not isinstance(error, errors.RateLimited) else {"retry_after": wait})
    answer: dict[str, Any] = asdict(taken)
    if pictures := answer.pop("inline", ()):
        answer["inline"] = [base64.b64encode(picture).decode() for picture in pictures]
    return {type(taken).__name__.lower(): json.loads(json.dumps(answer))}


@pytest.mark.parametrize("case", [case for case in CASES if "request" in case.said], ids=name_of)
def test_the_request_is_exactly_as_documented(case: Case) -> None:
    if "job" in case.said:
        request = case.provider.submit(ProviderJob(**case.said["job"]), ACCOUNT)
    else:
        request = case.provider.poll(case.said["ticket"], ACCOUNT)
    assert asdict(request) == case.said["request"]


@pytest.mark.parametrize("case", cases("read_submit", "read_poll"), ids=name_of)
def test_the_outcome_is_exactly_as_recorded(case: Case) -> None:
    assert outcome(case) == case.said["outcome"]


@pytest.mark.parametrize("case", cases("read_callback"), ids=name_of)
def test_a_callback_is_a_hint(case: Case) -> None:
    assert case.provider.read_callback(case.response.body).ticket == case.said["outcome"]["hint"]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_case_names_its_source_and_date(case: Case) -> None:
    assert len(case.said["source"]) > 10
    assert case.said["date"].startswith("20")


@providers
def test_every_provider_is_named_as_it_is_registered_and_has_cases(provider: Provider) -> None:
    assert PROVIDERS[provider.NAME] is provider
    reads = {case.said.get("reads") for case in CASES if case.provider is provider}
    assert reads >= {"read_submit"} | ({"read_poll"} if provider in POLLED else set())
    assert any("job" in case.said for case in CASES if case.provider is provider)


def test_what_has_no_jobs_cannot_be_asked_after_them() -> None:
    for provider in set(PROVIDERS.values()) - set(POLLED):
        with pytest.raises(errors.Unreadable):
            provider.poll("job_1", ACCOUNT)


@providers
def test_the_key_is_in_the_headers_and_nowhere_else(provider: Provider) -> None:
    polls = [provider.poll("job_1", ACCOUNT)] if provider in POLLED else []
    for request in (provider.submit(JOB, ACCOUNT), *polls):
        assert sum(KEY in value for value in request.headers.values()) == 1
        assert KEY not in request.url + json.dumps(request.json) + repr(request)
    assert KEY not in repr(ACCOUNT)


@providers
def test_the_same_job_gives_the_same_request(provider: Provider) -> None:
    assert provider.submit(JOB, ACCOUNT) == provider.submit(JOB, ACCOUNT)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, "OutcomeUnknown"),
        (400, "Rejected"),
        (401, "OutOfCredit"),
        (402, "OutOfCredit"),
        (404, "Rejected"),
        (408, "OutcomeUnknown"),
        (422, "Rejected"),
        (429, "RateLimited"),
        (500, "OutcomeUnknown"),
        (502, "OutcomeUnknown"),
        (503, "OutcomeUnknown"),
        (524, "OutcomeUnknown"),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b"null", b"\xff\xfe", b'{"code": []}'])
@providers
def test_a_status_sorts_alike_for_all(provider: Provider, body: bytes, status: int, error: str) -> None:
    with pytest.raises(ProviderError) as raised:
        provider.read_submit(HttpResponse(status, {}, body))
    assert type(raised.value).__name__ == error


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
@providers
def test_a_2xx_that_says_nothing_leaves_it_unknown(provider: Provider, body: bytes) -> None:
    for read in (provider.read_submit, functools.partial(provider.read_poll, ticket=TICKET)):
        with pytest.raises(errors.Unreadable):
            read(HttpResponse(200, {}, body))


@providers
def test_a_poll_that_goes_wrong_never_ends_the_job(provider: Provider) -> None:
    for status in (*range(300, 309), *range(400, 452), *range(500, 530)):
        for body in (b"", b"<html>", b'{"code": 3, "message": "nsfw content", "data": {"status": 3}}'):
            with pytest.raises((OutcomeUnknown, errors.RateLimited, errors.OutOfCredit)):
                provider.read_poll(HttpResponse(status, {}, body), TICKET)


def pieces(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, the value itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, part in inner for found in ((*path, key), *pieces(part, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], *instead: object) -> Any:
    """A copy with the piece at `path` replaced, or taken out when nothing is given instead."""
    copy = json.loads(json.dumps(value))
    place = copy
    for key in path[:-1]:
        place = place[key]
    if instead:
        place[path[-1]] = instead[0]
    else:
        del place[path[-1]]
    return copy


OTHERS: tuple[object, ...] = (None, True, 0, -1.5, "", "x", [], {}, [[]], {"a": 1})
REPLIES = [case for case in cases("read_submit", "read_poll") if "json" in case.said["reply"]]


@pytest.mark.parametrize("case", REPLIES, ids=name_of)
def test_a_reply_with_one_piece_missing_or_of_another_type_never_crashes(case: Case) -> None:
    body = case.said["reply"]["json"]
    for path in pieces(body):
        variants = [changed(body, path), *(changed(body, path, other) for other in OTHERS)]
        for variant in variants:
            read_both(case.provider, json.dumps(variant).encode())


@providers
@given(body=JSON)
def test_no_json_crashes_a_reader(provider: Provider, body: Any) -> None:
    read_both(provider, json.dumps(body).encode())
    read_both(provider, json.dumps({"code": 0, "data": body}).encode())
    read_both(provider, json.dumps({"code": 0, "data": {"status": body, "job_id": body, "result": body}}).encode())


@providers
@given(body=st.binary(), status=st.integers(200, 599))
def test_no_bytes_crash_a_reader(provider: Provider, body: bytes, status: int) -> None:
    read_both(provider, body, status)


def read_both(provider: Provider, body: bytes, status: int = 200) -> None:
    """Read a reply as each kind; what comes out fits its row, what is raised is a ProviderError."""
    response = HttpResponse(status, {}, body)
    assert provider.read_callback(body).ticket.isascii()
    for read in (provider.read_submit, functools.partial(provider.read_poll, ticket=TICKET)):
        match attempted(read, response):
            case Accepted(ticket, cost):
                assert 0 < len(ticket) <= 200
                assert len(cost) <= 40
            case Delivered(urls, cost, inline):
                assert urls or inline
                assert all(inline)
                assert len(cost) <= 40
                assert all(url.startswith(("http://", "https://")) for url in urls)
            case ProviderError(message=message, code=code):
                assert "\0" not in message + code
                assert (message + code).encode()


def attempted(read: Callable[[HttpResponse], object], response: HttpResponse) -> object:
    try:
        return read(response)
    except ProviderError as error:
        return error


def test_every_refusal_is_a_rejection_and_nothing_unknown_is() -> None:
    for refusal in (errors.RateLimited, errors.OutOfCredit, errors.ImageUnfetchable, errors.ContentRefused):
        assert issubclass(refusal, Rejected)
    assert not issubclass(OutcomeUnknown, Rejected)
    assert issubclass(errors.Unreadable, OutcomeUnknown)


def test_a_request_shows_neither_its_headers_nor_a_reply_its_body_in_repr() -> None:
    assert KEY not in repr(HttpRequest("GET", "https://a", {"Authorization": KEY}))
    assert "body" not in repr(HttpResponse(200, {}, b"x"))
