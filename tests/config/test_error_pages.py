"""What people and programs get when a request goes wrong."""

from collections.abc import Callable

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.http import require_POST


def raises(exception: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise exception

    return view


def posted(request: HttpRequest) -> HttpResponse:
    return HttpResponse("never reached without a token")


WRONG = {
    "400": BadRequest("bad"),
    "403": PermissionDenied("no"),
    "413": RequestDataTooBig("big"),
    "500": RuntimeError("a secret of ours"),
}
urlpatterns = [
    *(path(f"{room}{status}", raises(error)) for status, error in WRONG.items() for room in ("", "api/v1/")),
    path("form", posted),
    path("form/sent", require_POST(posted)),
    path("api/form", posted),
]
handler400 = "config.error_pages.bad_request"
handler403 = "config.error_pages.forbidden"
handler404 = "config.error_pages.not_found"
handler500 = "config.error_pages.server_error"

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize("status", [400, 403, 404, 413, 500])
def test_a_person_gets_a_page_that_says_what_happened_without_the_database(browser: Client, status: int) -> None:
    answer = browser.get(f"/{status}", headers={"X-Request-ID": "request-of-test"})
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert "charged" in answer.text
    assert "secret of ours" not in answer.text
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(("method", "address"), [("GET", "/form/sent"), ("DELETE", "/form"), ("BREW", "/form")])
def test_a_method_that_is_not_taken_is_answered_with_a_page_too(browser: Client, method: str, address: str) -> None:
    answer = browser.generic(method, address)
    assert (answer.status_code, answer["Content-Type"]) == (405, "text/html; charset=utf-8")
    assert answer["Allow"] == ("POST" if method == "GET" else "GET, HEAD, POST")
    assert "This is not a page to open." in answer.text
    assert answer["Content-Length"] == str(len(answer.content))
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    asked = browser.generic(method, address, headers={"accept": "application/json"})
    assert asked.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("status", "type_", "code"),
    [
        (400, "invalid_request_error", "bad_request"),
        (403, "permission_error", "forbidden"),
        (404, "not_found_error", "not_found"),
        (413, "invalid_request_error", "too_large"),
        (500, "server_error", "server_error"),
    ],
)
def test_a_program_gets_the_shape_of_every_api_error(browser: Client, status: int, type_: str, code: str) -> None:
    answer = browser.get(f"/api/v1/{status}", headers={"X-Request-ID": "request-of-test"})
    error = answer.json()["error"]
    assert "charged" in error.pop("message")
    assert (answer.status_code, answer["X-Request-ID"]) == (status, "request-of-test")
    assert error == {"type": type_, "code": code, "param": None, "request_id": "request-of-test"}


def test_a_form_from_elsewhere_is_refused_with_a_page(browser: Client) -> None:
    answer = browser.post("/form", {"a": "b"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert "never reached" not in answer.text


def test_a_host_that_is_not_ours_is_refused(browser: Client) -> None:
    assert browser.get("/form", headers={"host": "evil.example"}).status_code == 400


def test_every_answer_carries_the_security_headers(browser: Client) -> None:
    with override_settings(SECURE_SSL_REDIRECT=False):
        answer = browser.get("/404")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(
        policy.split("; ")
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Permissions-Policy"].startswith("camera=()")
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.urls("config.urls")
@pytest.mark.parametrize("debug", [False, True])
def test_an_address_under_the_api_that_is_none_is_never_a_page_or_a_redirect(browser: Client, *, debug: bool) -> None:
    with override_settings(DEBUG=debug):
        answer = browser.post("/api/v2/no-such-thing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
