"""The sweeper: two at once see to each row once, and nobody who is frozen holds it up."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from billing.facade import balance
from editor.attempts import AttemptState
from editor.models import Attempt, Edit, Heartbeat
from editor.sweeper import BATCH, run, sweep
from editor.waves import lease
from editor.waves.claims import claim
from tests.books import assert_books_are_right
from tests.editor.rows import make_attempt, make_edit

OVERDUE, ORPHANED = 20, 20


@pytest.mark.django_db(transaction=True)
def test_each_edit_is_ended_and_each_orphan_given_back_once(credit):
    workspace = credit.workspace
    past = timezone.now() - timedelta(minutes=1)
    for _ in range(OVERDUE):
        make_attempt(make_edit(workspace, held=True, deadline_at=past), due_at=None)
    for _ in range(ORPHANED):
        make_attempt(make_edit(workspace, held=True), AttemptState.ACCEPTED)
    dead = lease.start()
    assert len(claim(dead, 100)) == ORPHANED
    with connection.cursor() as cursor:
        cursor.execute("UPDATE editor_wave SET expires_at = now() - interval '1 second' WHERE id = %s", [dead])
    together, failures = threading.Barrier(2), []

    def work():
        try:
            together.wait()
            sweep()
        except Exception as error:  # noqa: BLE001 - a thread's failure must reach the test
            failures.append(error)
        finally:
            connection.close()

    sweepers = [threading.Thread(target=work) for _ in range(2)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()
    assert failures == []
    assert Edit.objects.filter(status="failed", error_code="deadline_exceeded").count() == OVERDUE
    assert Attempt.objects.filter(state=AttemptState.CANCELED).count() == OVERDUE
    assert Attempt.objects.filter(state=AttemptState.ACCEPTED, epoch=2, deaths=1, wave=None).count() == ORPHANED
    assert balance(workspace.id).held == sum(Edit.objects.filter(finished_at=None).values_list("quoted", flat=True))
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_a_process_frozen_within_a_transaction_holds_up_nobody_elses_deadline(credit):
    past = timezone.now() - timedelta(minutes=1)
    frozen, other = [make_attempt(make_edit(credit.workspace, held=True, deadline_at=past)) for _ in range(2)]
    is_locked, thaw, stop = threading.Event(), threading.Event(), threading.Event()

    def freeze():
        with transaction.atomic():
            Attempt.objects.select_for_update().get(id=frozen.id)
            is_locked.set()
            thaw.wait()
        connection.close()

    def keep_sweeping():
        run(stop)
        connection.close()

    sweeper, holder = threading.Thread(target=keep_sweeping), threading.Thread(target=freeze)
    holder.start()
    is_locked.wait()
    sweeper.start()
    pause = threading.Event()
    for _ in range(100):
        if Edit.objects.filter(id=other.edit_id, status="failed").exists():
            break
        pause.wait(0.1)
    stop.set()
    sweeper.join()
    ended = set(Edit.objects.filter(status="failed").values_list("id", flat=True))
    thaw.set()
    holder.join()
    assert ended == {other.edit_id}
    sweep()
    assert Edit.objects.filter(status="failed", error_code="deadline_exceeded").count() == 2
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_however_many_edits_cannot_be_ended_the_next_one_is(credit):
    longer_ago, past = (timezone.now() - timedelta(minutes=minutes) for minutes in (2, 1))
    for _ in range(BATCH + 5):  # held is nothing, so that there is nothing to release
        make_attempt(make_edit(credit.workspace, deadline_at=longer_ago))
    last = make_edit(credit.workspace, held=True, deadline_at=past)
    make_attempt(last)
    sweep()
    assert list(Edit.objects.filter(status="failed").values_list("id", flat=True)) == [last.id]
    assert balance(credit.workspace.id).held == 0
    assert Heartbeat.objects.filter(name=Heartbeat.SWEEPER).exists()
