"""`Prefer: wait`: the answer comes with the edit's end, or after the time, or at once when too many wait."""

import threading

import pytest
from django.db import connection, connections, transaction

from editor.api import prefer
from editor.attempts import AttemptState
from editor.models import Attempt, Edit, IdempotencyKey
from editor.services.finish_edit import finish_edit
from editor.wakeups import DUE
from tests.editor.api.doors import Api


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("wait=10", 10),
        ("respond-async, wait=300", 300),
        ('wait="7"', 7),
        ("", None),
        ("respond-async", None),
        ("waiter=1", None),
    ],
)
def test_the_wish_is_read_among_others(header, seconds):
    assert prefer.wait_seconds(header) == seconds


def end_the_edit(listening: threading.Event) -> None:
    """End the edit that is ordered next, as its last attempt's failure does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {DUE}")
            listening.set()
            next(connection.connection.notifies(timeout=30))
            cursor.execute(f"UNLISTEN {DUE}")
        with transaction.atomic():
            edit = Edit.objects.select_for_update().get()
            Attempt.objects.filter(edit=edit).update(state=AttemptState.FAILED)
            finish_edit(edit)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_wait_that_sees_the_end_answers_200_with_it_and_so_do_replays(api, image, credit):
    listening = threading.Event()
    helper = threading.Thread(target=end_the_edit, args=[listening])
    helper.start()
    listening.wait()
    body = {"prompt": "x", "images": [image.id]}
    answer = api.post("/edits", body, Prefer="wait=60", Idempotency_Key="k")
    helper.join()
    assert (answer.status_code, answer.json()["status"]) == (200, "failed")
    assert answer.headers["Preference-Applied"] == "wait=60"
    assert answer.headers["Location"] == f"/api/v1/edits/{answer.json()['id']}"
    again = api.post("/edits", body, Idempotency_Key="k")
    assert (again.status_code, again.json()) == (200, answer.json())
    assert IdempotencyKey.objects.get().status == 200


@pytest.mark.django_db(transaction=True)
def test_a_wait_that_runs_out_answers_202_and_holds_no_transaction(api, image, credit):
    answer = api.post("/edits", {"prompt": "x", "images": [image.id]}, Prefer="wait=1")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert answer.headers["Preference-Applied"] == "wait=1"
    assert connection.get_autocommit()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_listening_channels()")
        assert cursor.fetchone() == (0,)


def cut_the_connection(pid: int) -> None:
    """Take a connection away as soon as an edit has been ordered."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {DUE}")
            next(connection.connection.notifies(timeout=30))
            cursor.execute(f"UNLISTEN {DUE}")
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_during_the_wait_does_not_take_the_order_back(api, image, credit):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    helper = threading.Thread(target=cut_the_connection, args=[pid])
    helper.start()
    answer = api.post("/edits", {"prompt": "x", "images": [image.id]}, Prefer="wait=60", Idempotency_Key="k")
    helper.join()
    connection.close()
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert "Preference-Applied" not in answer.headers
    assert Edit.objects.get().id == answer.json()["id"]


@pytest.mark.django_db(transaction=True)
def test_when_too_many_wait_the_next_is_answered_at_once(alice, image, credit, settings):
    for _ in range(settings.WAITING_REQUESTS):
        assert prefer.places.acquire(blocking=False)
    try:
        answer = Api(alice.key).post("/edits", {"prompt": "x", "images": [image.id]}, Prefer="wait=300")
    finally:
        for _ in range(settings.WAITING_REQUESTS):
            prefer.places.release()
    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers
