"""The API's last words: what nobody foresaw, and a database that is away."""

import logging

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory

from config.api import BROKEN, exception_handler
from editor.images.errors import InspectorDown


def answer_to(error: Exception):
    request = RequestFactory().get("/api/v1/edits")
    request.request_id = "req_1"  # type: ignore[attr-defined]
    return exception_handler(error, {"request": request})


def test_what_nobody_foresaw_is_logged_and_tells_nothing_of_itself(caplog):
    with caplog.at_level(logging.ERROR):
        answer = answer_to(RuntimeError("the key is pnt_live_secret"))
    assert answer.status_code == 500
    assert answer.data == {
        "error": {
            "type": "server_error",
            "code": "server_error",
            "message": BROKEN,
            "param": None,
            "request_id": "req_1",
        }
    }
    assert len(caplog.records) == 1


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed"), InspectorDown("no fork")])
def test_what_passes_is_unavailable_for_a_moment(error):
    answer = answer_to(error)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.data["error"]["code"] == "unavailable"
    assert "Idempotency-Key" in answer.data["error"]["message"]
