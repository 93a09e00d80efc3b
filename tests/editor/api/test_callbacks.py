"""The address providers post to."""

import hashlib
import json

import pytest
from django.test import Client

from editor.attempts import AttemptState
from editor.models import Attempt, Callback
from tests.editor.rows import make_attempt, make_edit

pytestmark = pytest.mark.django_db
TOKEN = "t" * 43


@pytest.fixture
def attempt(alice):
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    return make_attempt(make_edit(alice.workspace), AttemptState.ACCEPTED, callback_sha256=digest, ticket="job_1")


def post(path: str, body: bytes = b"{}", **headers: str):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return browser.post(path, body, content_type="application/json", headers=headers)


def test_a_callback_is_stored_as_it_came_and_changes_no_state(attempt):
    body = json.dumps({"job_id": "job_1", "status": 2}).encode()
    answer = post(f"/cb/shortapi/{TOKEN}", body)
    assert answer.status_code == 200
    assert [bytes(callback.body) for callback in Callback.objects.all()] == [body]
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.ACCEPTED


@pytest.mark.parametrize("body", [b"", b"{", b"\xff" * 10, b"[]"])
def test_an_unreadable_callback_is_stored_too(attempt, body):
    assert post(f"/cb/shortapi/{TOKEN}", body).status_code == 200
    assert Callback.objects.count() == 1


@pytest.mark.parametrize(
    "path",
    [
        f"/cb/shortapi/{'u' * 43}",
        f"/cb/shortapi/{TOKEN[:-1]}",
        f"/cb/shortapi/{TOKEN}t",
        f"/cb/shortapi/{TOKEN.upper()}",
        f"/cb/pixazo/{TOKEN}",
        "/cb/nobody/x",
        "/cb/shortapi/%00",
    ],
    ids=["forged", "truncated", "longer", "other case", "foreign", "nobody's", "zero"],
)
def test_an_unknown_token_gets_404_and_changes_nothing(attempt, path):
    before = Attempt.objects.values().get()
    answer = post(path, b'{"job_id": "job_2", "status": 2}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert not Callback.objects.exists()
    assert Attempt.objects.values().get() == before


def test_a_callback_over_64_kib_is_refused(attempt):
    assert post(f"/cb/shortapi/{TOKEN}", b"x" * 65_537).status_code == 413
    assert not Callback.objects.exists()
    assert post(f"/cb/shortapi/{TOKEN}", b"x" * 65_536).status_code == 200


def test_a_callback_is_only_posted(attempt):
    assert Client().get(f"/cb/shortapi/{TOKEN}").status_code == 405


def test_a_key_opens_nothing_here(attempt, alice):
    assert post("/cb/shortapi/x", Authorization=f"Bearer {alice.key}").status_code == 404
