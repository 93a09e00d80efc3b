"""The same Idempotency-Key orders once and answers alike."""

import threading
from typing import Any

import pytest
from django.db import connection, connections

from billing import facade
from billing.ledger import grant
from editor.models import Edit, IdempotencyKey
from tests.editor.api.doors import Api, refused
from tests.editor.rows import make_image


@pytest.mark.django_db
def test_a_replay_answers_as_the_first_did(api, alice, image, credit):
    body = {"prompt": "warmer", "images": [image.id]}
    first = api.post("/edits", body, Idempotency_Key="order 17")
    Edit.objects.update(prompt="changed since")
    again = api.post("/edits", body, Idempotency_Key="order 17")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert Edit.objects.count() == 1
    assert facade.balance(alice.workspace.id).held == 47_500


@pytest.mark.django_db
def test_the_order_of_keys_and_white_space_make_no_other_request(api, image, credit):
    one = f'{{"prompt":"x","images":["{image.id}"],"metadata":{{"a":"1","b":"2"}}}}'
    two = f'{{ "metadata": {{"b": "2", "a": "1"}},\n "images": ["{image.id}"], "prompt": "\\u0078" }}'
    answers = [api.post("/edits", body.encode(), Idempotency_Key="k").json()["id"] for body in (one, two)]
    assert answers == [Edit.objects.get().id] * 2


@pytest.mark.django_db
def test_another_body_under_a_used_key_is_refused(api, alice, image, credit):
    body = {"prompt": "warmer", "images": [image.id]}
    api.post("/edits", body, Idempotency_Key="k")
    answer = api.post("/edits", {**body, "n": 2}, Idempotency_Key="k")
    refused(answer, 422, "idempotency_key_reused", "Idempotency-Key")
    assert Edit.objects.count() == 1
    assert facade.balance(alice.workspace.id).held == 47_500


@pytest.mark.django_db
def test_the_same_key_in_another_workspace_is_another_key(api, alice, mallory, image, credit):
    grant(workspace_id=mallory.workspace.id, amount=credit, key="hers")
    hers = make_image(mallory.workspace)
    api.post("/edits", {"prompt": "x", "images": [image.id]}, Idempotency_Key="k")
    answer = Api(mallory.key).post("/edits", {"prompt": "x", "images": [hers.id]}, Idempotency_Key="k")
    assert answer.status_code == 202
    assert set(Edit.objects.values_list("workspace_id", flat=True)) == {alice.workspace.id, mallory.workspace.id}


@pytest.mark.django_db
def test_a_refused_request_leaves_its_key_free(api, image, alice):
    body = {"prompt": "x", "images": [image.id]}
    refused(api.post("/edits", body, Idempotency_Key="k"), 402, "insufficient_credit")
    assert not IdempotencyKey.objects.exists()
    grant(workspace_id=alice.workspace.id, amount=47_500, key="later")
    assert api.post("/edits", body, Idempotency_Key="k").status_code == 202


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_being_worked_on_is_a_conflict(api, alice, image, credit):
    name = f"{alice.workspace.id} False k"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        answers: list[Any] = []

        def ask() -> None:
            try:
                answers.append(api.post("/edits", {"prompt": "x", "images": [image.id]}, Idempotency_Key="k"))
            finally:
                connections.close_all()

        other = threading.Thread(target=ask)
        other.start()
        other.join()
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
    refused(answers[0], 409, "idempotency_key_running")
    assert not Edit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_ten_requests_at_once_under_a_key_one_orders(alice, image, credit):
    start = threading.Barrier(10)
    answers: list[Any] = []

    def ask() -> None:
        try:
            start.wait()
            answers.append(Api(alice.key).post("/edits", {"prompt": "x", "images": [image.id]}, Idempotency_Key="k"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    edit = Edit.objects.get()
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert {answer.json()["id"] for answer in answers if answer.status_code == 202} == {edit.id}
    assert facade.balance(alice.workspace.id).held == 47_500
