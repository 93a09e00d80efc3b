"""Logs as an operator gets them: the stderr of a real process."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import Person

PRELUDE = """
import django
from django.conf import settings
django.setup()
import logging, structlog
from django.test import Client
from django.urls import path
from django.http import HttpResponse

def broken(request):
    raise RuntimeError("Failing GET https://cdn.example/a.png?signature=abc\\nDETAIL: row contains (a prompt)")

def with_key(request):
    structlog.contextvars.bind_contextvars(workspace_id="wsp_1")
    structlog.get_logger("editor").info("inside", callback="/cb/tokentoken")
    return HttpResponse("ok")

class urls:
    handler404 = "config.error_pages.not_found"
    handler500 = "config.error_pages.server_error"
    urlpatterns = [path("busy", lambda request: HttpResponse(status=503))]
    urlpatterns += [path("api/broken", broken), path("api/fine", with_key), path("cb/<token>/", with_key)]

settings.ROOT_URLCONF = urls
client = Client(raise_request_exception=False)
"""


def lines_of(code: str) -> list[dict[str, Any]]:
    run = subprocess.run(
        [sys.executable, "-c", PRELUDE + code],
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings_test", "SHORTAPI_API_KEY": "sk-very-secret-key"},
        text=True,
    )
    assert run.stdout == ""
    return [json.loads(line) for line in run.stderr.splitlines()]


def test_a_request_has_one_access_line_without_its_query() -> None:
    (inside, line) = lines_of("client.get('/api/fine?key=pnt_live_abc', headers={'X-Request-ID': 'given-by-caller'})")
    assert isinstance(line.pop("duration_ms"), float)
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "request",
        "logger": "access",
        "level": "info",
        "method": "GET",
        "path": "/api/fine",
        "status": 200,
        "workspace_id": "wsp_1",
        "request_id": "given-by-caller",
    }
    assert (inside["request_id"], inside["callback"]) == ("given-by-caller", "/cb/…")


def test_the_path_of_a_callback_is_not_logged() -> None:
    assert lines_of("client.post('/cb/tokentokentoken/')")[-1]["path"] == "/cb/…"


def test_an_ill_formed_request_id_is_replaced() -> None:
    lines = lines_of("client.get('/api/none', headers={'X-Request-ID': 'a b\\n{}'})")
    assert [line["status"] for line in lines] == [404]
    assert lines[0]["request_id"].startswith("req_")


def test_an_exception_is_described_without_what_the_database_quoted() -> None:
    (error, line) = lines_of("client.get('/api/broken')")
    assert error["event"] == "Internal Server Error: /api/broken"
    assert error["request_id"] == line["request_id"]
    (exception,) = error["exception"]
    assert (exception["type"], exception["message"]) == ("RuntimeError", "Failing GET https://cdn.example/a.png?…")
    assert exception["frames"][-1].endswith("broken")
    assert (line["status"], line["level"]) == (500, "info")


def test_an_answer_that_says_busy_is_logged_once() -> None:
    assert [(line["status"], line["logger"]) for line in lines_of("client.get('/busy')")] == [(503, "access")]


def test_a_line_cannot_be_forged() -> None:
    lines = lines_of("client.get('/x%0A%7B%22level%22:%22forged%22%7D%1b[2J%E2%80%A8')")
    assert [(line["path"], line["level"]) for line in lines] == [('/x\n{"level":"forged"}\x1b[2J\u2028', "info")]


def test_other_libraries_write_the_same_lines() -> None:
    code = "[logging.getLogger(name).warning('hello %s', name) for name in ('gunicorn.error', 'django-q', 'asyncio')]"
    assert [(line["logger"], line["event"]) for line in lines_of(code)] == [
        ("gunicorn.error", "hello gunicorn.error"),
        ("django-q", "hello django-q"),
        ("asyncio", "hello asyncio"),
    ]


def test_a_library_does_not_log_the_addresses_it_fetches() -> None:
    assert lines_of("logging.getLogger('httpx').info('HTTP Request: GET https://a/?sig=1')") == []


def test_secrets_of_the_environment_are_found_wherever_they_turn_up() -> None:
    (line,) = lines_of(
        "structlog.get_logger('x').info('said', deep=[{'header': 'sk-very-secret-key'}], thing=object())"
    )
    assert (line["deep"], line["thing"]) == ([{"header": "…"}], "<object>")


def test_a_request_is_logged_with_the_workspace_it_acts_for_and_without_the_key(
    alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    Client().get("/api/v1/balance", headers=alice.auth)
    page = Client()
    page.force_login(alice.user)
    page.get("/")
    lines: list[Any] = [record.msg for record in caplog.records if record.name == "access"]
    assert [line["path"] for line in lines] == ["/api/v1/balance", "/"]
    assert {line["workspace_id"] for line in lines} == {alice.workspace.id}
    assert alice.key not in repr(lines)
