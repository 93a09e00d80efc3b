"""The recorder: changes of one moment go out together, and only to attempts that are still where they were."""

import asyncio

import pytest

from editor.attempts import AttemptState
from editor.models import Attempt, Edit
from editor.waves.recorder import Change, Recorder, TicketTaken, write
from editor.waves.threads import Threads
from tests.editor.rows import make_attempt, make_edit

SUBMITTING, ACCEPTED, INTENT = AttemptState.SUBMITTING, AttemptState.ACCEPTED, AttemptState.INTENT


def test_changes_are_written_in_one_statement_and_the_edit_runs(alice, django_assert_num_queries):
    attempts = [make_attempt(make_edit(alice.workspace)) for _ in range(20)]
    changes = [Change(attempt.id, 0, INTENT, SUBMITTING, payload={"prompt": "p"}) for attempt in attempts]
    with django_assert_num_queries(2):
        assert write(changes) == {attempt.id for attempt in attempts}
    assert set(Edit.objects.values_list("status", flat=True)) == {"running"}
    stored = Attempt.objects.get(id=attempts[0].id)
    assert (stored.state, stored.payload, stored.due_at) == ("submitting", {"prompt": "p"}, None)
    assert stored.started_at is not None


def test_a_worker_that_is_behind_the_times_writes_nothing(alice):
    attempt = make_attempt(make_edit(alice.workspace), SUBMITTING, epoch=2)
    assert write([Change(attempt.id, 1, SUBMITTING, ACCEPTED, ticket="job-1")]) == set()
    assert write([Change(attempt.id, 2, INTENT, AttemptState.CANCELED)]) == set()
    stored = Attempt.objects.get(id=attempt.id)
    assert (stored.state, stored.ticket, stored.epoch) == ("submitting", "", 2)


def test_a_change_that_was_written_on_a_lost_connection_is_written_again(alice):
    attempt = make_attempt(make_edit(alice.workspace), SUBMITTING, epoch=2)
    change = Change(attempt.id, 2, SUBMITTING, ACCEPTED, ticket="job-1")
    assert write([change]) == write([change]) == {attempt.id}


def test_an_unknown_attempt_that_a_callback_hinted_at_is_due_at_once(alice):
    hinted = make_attempt(make_edit(alice.workspace), SUBMITTING, hinted_ticket="job-7")
    silent = make_attempt(make_edit(alice.workspace), SUBMITTING)
    write([Change(a.id, 0, SUBMITTING, AttemptState.UNKNOWN, release=True) for a in (hinted, silent)])
    assert Attempt.objects.get(id=hinted.id).due_at is not None
    assert Attempt.objects.get(id=silent.id).due_at is None


@pytest.mark.django_db(transaction=True)
def test_a_ticket_another_attempt_has_is_refused_and_the_rest_is_written(alice):
    make_attempt(make_edit(alice.workspace), ACCEPTED, ticket="job-1")
    second = make_attempt(make_edit(alice.workspace), SUBMITTING)
    third = make_attempt(make_edit(alice.workspace), SUBMITTING)
    in_database = Threads("test", 1)

    async def both():
        recorder = Recorder(in_database)
        return await asyncio.gather(
            recorder.write(Change(second.id, 0, SUBMITTING, ACCEPTED, ticket="job-1")),
            recorder.write(Change(third.id, 0, SUBMITTING, ACCEPTED, ticket="job-2")),
            return_exceptions=True,
        )

    refused, written = asyncio.run(both())
    in_database.close()
    assert isinstance(refused, TicketTaken)
    assert written is True
    assert Attempt.objects.get(id=second.id).state == "submitting"
    assert Attempt.objects.get(id=third.id).ticket == "job-2"
