"""Each way for an attempt to end leaves one line of what it cost, with who it was for and what was said."""

import pytest
from django.utils import timezone

from billing.models import CostLine, CostState, ReviewItem, UsageDay
from editor.attempts import CHARGED, AttemptState, Event
from editor.models import Attempt
from editor.services.cancel_edit import cancel_edit
from editor.services.close_attempt import Closing, close_attempt
from editor.services.end_overdue import end_overdue
from tests.books import assert_books_are_right
from tests.conftest import Person
from tests.editor.rows import COST, PRICE, make_attempt, make_edit
from tests.editor.services.test_ending import close, collecting, deliver

SAID = [{"what": "poll", "status": 200, "headers": {}, "body": {"data": {"status": 2}}}]
JOB_FAILED = Closing(Event.JOB_FAILED, "job_failed", "The provider gave no reason.")


@pytest.fixture(autouse=True)
def _books(db):
    yield
    assert_books_are_right()


def lines(*columns):
    return list(CostLine.objects.order_by("attempt").values_list(*columns))


def test_a_line_says_who_it_was_for_where_it_went_and_what_was_said(credit: Person):
    edit = make_edit(credit.workspace, held=True, created_by=credit.user)
    attempt = collecting(edit)
    payload = {"args": {"prompt": "secret", "image_urls": ["https://p.example/s/1?sig=x"]}}
    Attempt.objects.filter(id=attempt.id).update(
        exchange=SAID, payload=payload, ticket="job-1", reported_cost="0.038", started_at=timezone.now()
    )
    deliver(attempt)
    line = CostLine.objects.get()
    assert (line.attempt, line.edit, line.workspace_id) == (attempt.id, edit.id, credit.workspace.id)
    assert (line.project, line.member, line.key) == (edit.project_id, credit.user.id, "")
    assert (line.provider, line.model, line.resolution, line.grade) == ("shortapi", "seedream-4.5", "2K", "C")
    assert (line.ordered, line.delivered, line.expected, line.booked, line.reported) == (1, 1, COST, COST, COST)
    assert (line.outcome, line.ticket, line.retail) == ("delivered", "job-1", PRICE)
    assert line.evidence["said"] == SAID
    assert line.evidence["sent"] == {"args": {"prompt": "(6 characters)", "image_urls": ["https://p.example/…"]}}


def test_a_partial_edit_charges_only_the_attempt_that_delivered(credit: Person):
    edit = make_edit(credit.workspace, n=2, held=True)
    first, second = collecting(edit), make_attempt(edit, AttemptState.ACCEPTED, part=2, n=1, expected_cost=COST)
    Attempt.objects.filter(id=first.id).update(expected_cost=COST)
    first.refresh_from_db()
    deliver(first)
    assert lines("retail") == [(0,)]
    close(second, JOB_FAILED)
    assert lines("state", "booked", "retail", "outcome") == [
        (CostState.ACCRUED, COST, PRICE, "delivered"),
        (CostState.VOID, 0, 0, "job_failed"),
    ]
    assert UsageDay.objects.get(attempts__gt=0).retail == PRICE


def test_what_was_never_taken_has_no_line(credit: Person):
    edit = make_edit(credit.workspace, held=True)
    close(make_attempt(edit, AttemptState.SUBMITTING), Closing(Event.REJECTED, "rejected", "No."))
    canceled = make_edit(credit.workspace, held=True)
    make_attempt(canceled)
    cancel_edit(workspace_id=credit.workspace.id, edit_id=canceled.id)
    assert lines("attempt") == []


def test_an_unknown_order_that_proves_to_be_refused_cost_nothing(credit: Person):
    edit = make_edit(credit.workspace, held=True)
    attempt = make_attempt(edit, AttemptState.UNKNOWN)
    closing = Closing(Event.REJECTED, "failed_unseen", "The provider's list says so.")
    closed = close_attempt(
        attempt_id=attempt.id, edit_id=edit.id, epoch=0, state=AttemptState.UNKNOWN, closing=closing, said=SAID
    )
    assert closed
    assert lines("state", "booked", "outcome") == [(CostState.VOID, 0, "failed_unseen")]
    assert CostLine.objects.get().evidence["said"] == SAID


def test_a_lost_order_is_in_suspense_until_its_picture_arrives_and_still_brings_nothing(credit: Person):
    edit = make_edit(credit.workspace, held=True)
    attempt = make_attempt(edit, AttemptState.ACCEPTED, ticket="job-1")
    end_overdue(edit_id=edit.id)
    assert lines("state", "booked", "outcome") == [(CostState.SUSPENSE, COST, "deadline_exceeded")]
    attempt.refresh_from_db()
    Attempt.objects.filter(id=attempt.id).update(results=["https://r.example/1.jpg"])
    deliver(attempt, late=True)
    assert lines("state", "booked", "outcome", "delivered", "retail") == [(CostState.ACCRUED, COST, "late", 0, 0)]
    assert UsageDay.objects.get().failure_cost == COST


@pytest.mark.parametrize(("charged", "state", "booked"), [("0.04", "accrued", COST), ("40", "suspense", COST)])
def test_what_a_list_shows_as_charged_is_owed_within_reason(credit: Person, charged, state, booked):
    edit = make_edit(credit.workspace, held=True)
    make_attempt(edit, AttemptState.UNKNOWN, error_code=CHARGED, reported_cost=charged)
    end_overdue(edit_id=edit.id)
    assert lines("state", "booked", "outcome") == [(state, booked, CHARGED)]
    assert ReviewItem.objects.count() == (state == "suspense")


def test_a_test_costs_nobody_anything(credit: Person):
    edit = make_edit(credit.workspace, is_test=True)
    deliver(make_attempt(edit, AttemptState.COLLECTING, is_test=True, results=["https://r.example/1.jpg"]))
    assert lines("attempt") == []
