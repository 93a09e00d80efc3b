"""What is always true of orders, and that breaking it is found and named."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from billing.facade import record_cost
from billing.invariants import violations
from billing.ledger import book_cost
from editor.attempts import OPEN_STATES, AttemptState
from editor.invariants import INVARIANTS
from editor.models import Attempt, Edit, ProviderState
from editor.services.cost_of import cost_facts
from editor.services.raise_alert import UNKNOWN, raise_alert
from tests.editor.rows import COST, make_attempt, make_edit

I8, I12, I12_BOOKED, I13, I14, I17 = (
    name for name in INVARIANTS if name.split()[0] in {"I8", "I12", "I13", "I14", "I17"}
)
RESULTS = ["https://r.example/0.jpg"]


def broken():
    """Every invariant that is broken and what row breaks it."""
    return [(found.invariant, found.row[0]) for found in violations(INVARIANTS)]


@pytest.fixture
def edit(credit):
    """An edit of Alice's that runs, with its credit on hold."""
    return make_edit(credit.workspace, held=True)


def ago(**time):
    return timezone.now() - timedelta(**time)


def book(attempt, *, provider="shortapi", certain=True, expected=COST):
    facts = cost_facts(attempt.edit, attempt, expected=expected)
    record_cost(replace(facts, provider=provider), certain=certain)


def test_a_hold_that_outlives_its_deadline_is_found(edit):
    Edit.objects.filter(id=edit.id).update(deadline_at=ago(minutes=11))
    assert broken() == []
    Edit.objects.filter(id=edit.id).update(deadline_at=ago(minutes=13))
    assert broken() == [(I8, edit.id)]


@pytest.mark.parametrize(
    ("state", "results"),
    [
        (AttemptState.DELIVERED, RESULTS),
        (AttemptState.LOST, []),
        (AttemptState.FAILED, RESULTS),
        (AttemptState.FAILED, []),
    ],
)
def test_what_may_have_cost_something_and_has_no_line_is_found(edit, state, results):
    attempt = make_attempt(edit, state, results=results, finished_at=timezone.now())
    assert broken() == [(I12, attempt.id)]
    owed = COST if results or state == AttemptState.LOST else 0
    book(attempt, certain=state != AttemptState.LOST, expected=owed)
    assert broken() == []


@pytest.mark.parametrize("state", [AttemptState.DELIVERED, AttemptState.FAILED])
def test_what_is_owed_and_in_suspense_or_said_to_be_nothing_is_found(edit, state):
    for certain, expected in ((False, COST), (True, 0)):
        attempt = make_attempt(edit, state, part=2 - certain, results=RESULTS, finished_at=timezone.now())
        book(attempt, certain=certain, expected=expected)
        assert (I12, attempt.id) in broken()


def test_what_was_refused_may_be_said_to_cost_nothing(edit):
    book(make_attempt(edit, AttemptState.REJECTED), expected=0)
    assert broken() == []


def test_a_cost_that_is_booked_without_a_line_is_found(edit):
    book_cost(attempt="att_nobodys", provider="shortapi", amount=COST, certain=True)
    assert broken() == [(I12_BOOKED, "att_nobodys")]


@pytest.mark.parametrize(
    "state", [*sorted(OPEN_STATES), AttemptState.REJECTED, AttemptState.NOT_SENT, AttemptState.CANCELED]
)
def test_what_is_booked_and_not_owed_is_found(edit, state):
    attempt = make_attempt(edit, state)
    assert broken() == []
    book(attempt)
    assert broken() == [(I12, attempt.id)]


def test_a_cost_booked_with_another_provider_is_found(edit):
    attempt = make_attempt(edit, AttemptState.DELIVERED, results=RESULTS, finished_at=timezone.now())
    book(attempt, provider="apipod")
    assert broken() == [(I12, attempt.id)]


def test_a_job_that_two_attempts_have_is_found(credit, edit):
    make_attempt(edit, AttemptState.ACCEPTED, ticket="job_1")
    make_attempt(make_edit(credit.workspace, held=True), AttemptState.ACCEPTED, ticket="job_1", provider="apipod")
    assert broken() == []
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX attempt_ticket_once")  # until this test's transaction is rolled back
    make_attempt(make_edit(credit.workspace, held=True), AttemptState.ACCEPTED, ticket="job_1")
    assert broken() == [(I13, "shortapi")]


@pytest.mark.parametrize("state", [AttemptState.SUBMITTING, AttemptState.UNKNOWN])
def test_an_unknown_order_that_staff_were_not_told_of_is_found(edit, state):
    attempt = make_attempt(edit, state)
    Attempt.objects.filter(id=attempt.id).update(entered_at=ago(minutes=4))
    assert broken() == []
    Attempt.objects.filter(id=attempt.id).update(entered_at=ago(minutes=6))
    raise_alert(kind=UNKNOWN, subject="att_other", message="another")
    assert broken() == [(I14, attempt.id)]
    raise_alert(kind=UNKNOWN, subject=attempt.id, message="this")
    assert broken() == []


def test_work_that_nobody_does_is_found(credit, edit):
    attempt = make_attempt(edit, due_at=ago(minutes=16))
    assert broken() == [(I17, attempt.id)]
    ended = make_edit(credit.workspace, held=True)
    Edit.objects.filter(id=ended.id).update(status="failed", finished_at=ago(minutes=14))
    assert I17 not in dict(broken())
    Edit.objects.filter(id=ended.id).update(status="failed", finished_at=ago(minutes=16))
    assert dict(broken())[I17] == attempt.id


@pytest.mark.parametrize("stopped", [{"disabled_at": ago(hours=1)}, {"open_until": ago(minutes=1)}])
def test_an_order_may_wait_for_a_provider_that_is_stopped_and_a_job_may_not(credit, edit, stopped):
    ProviderState.objects.filter(name="shortapi").update(**stopped)
    make_attempt(edit, due_at=ago(minutes=20))
    assert broken() == []
    job = make_attempt(make_edit(credit.workspace, held=True), AttemptState.ACCEPTED, due_at=ago(minutes=20))
    assert broken() == [(I17, job.id)]
