"""How edits end: one capture or release, whatever came in, and never twice."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from billing.facade import balance
from billing.models import AccountKind, Entry, Hold
from editor.attempts import AttemptState, Event
from editor.errors import NotFound
from editor.models import Attempt, Callback, Edit, Output
from editor.services.cancel_edit import cancel_edit
from editor.services.close_attempt import Closing, close_attempt
from editor.services.collect_results import collect_results
from editor.services.end_overdue import end_overdue
from editor.services.receive_callback import receive_callback
from tests.books import assert_books_are_right
from tests.editor.rows import COST, PRICE, make_attempt, make_edit, make_image

REJECTED = Closing(Event.REJECTED, "rejected", "The prompt is too odd.")
NOT_SENT = Closing(Event.NOT_SENT, "not_sent", "Nobody listens there.")


@pytest.fixture(autouse=True)
def _books(db):
    yield
    assert_books_are_right()


def close(attempt, closing, **changes):
    facts = {"epoch": attempt.epoch, "state": AttemptState(attempt.state), **changes}
    return close_attempt(attempt_id=attempt.id, edit_id=attempt.edit_id, closing=closing, **facts)


def collecting(edit, n=1):
    return make_attempt(edit, AttemptState.COLLECTING, n=n, results=[f"https://r.example/{i}.jpg" for i in range(n)])


def deliver(attempt, count=1, *, late=False, epoch=None):
    pictures = [make_image(attempt.edit.workspace, is_output=True) for _ in range(count)]
    epoch = attempt.epoch if epoch is None else epoch
    return collect_results(attempt_id=attempt.id, edit_id=attempt.edit_id, epoch=epoch, pictures=pictures, late=late)


def owed(kind):
    return sum(Entry.objects.filter(account__kind=kind).values_list("amount", flat=True))


def test_what_arrived_is_captured_and_the_cost_is_booked(credit):
    edit = make_edit(credit.workspace, held=True)
    assert deliver(collecting(edit)) is True
    edit.refresh_from_db()
    assert (edit.status, edit.charged, edit.provider) == ("succeeded", PRICE, "shortapi")
    assert balance(credit.workspace.id).spent == PRICE
    assert balance(credit.workspace.id).held == 0
    assert owed(AccountKind.COST) == -COST


def test_two_of_three_pictures_make_a_partial_edit_that_costs_two(credit):
    edit = make_edit(credit.workspace, n=3, held=True)
    deliver(collecting(edit, 3), count=2)
    edit.refresh_from_db()
    assert (edit.status, edit.charged) == ("partial", 2 * PRICE)
    assert balance(credit.workspace.id).available == 10_000_000 - 2 * PRICE


def test_a_worker_that_was_fenced_off_delivers_nothing(credit):
    edit = make_edit(credit.workspace, held=True)
    attempt = collecting(edit)
    assert deliver(attempt, epoch=attempt.epoch + 1) is False
    assert not Output.objects.exists()
    assert Hold.objects.get().state == "held"
    deliver(attempt)


def test_delivering_twice_is_delivering_once(credit):
    edit = make_edit(credit.workspace, held=True)
    attempt = collecting(edit)
    assert deliver(attempt) is True
    assert deliver(attempt) is False
    assert Output.objects.count() == 1
    assert balance(credit.workspace.id).spent == PRICE


def test_a_providers_words_end_as_a_sentence(credit):
    edit = make_edit(credit.workspace, held=True)
    close(make_attempt(edit, AttemptState.SUBMITTING), replace(REJECTED, message="the prompt was blocked"))
    edit.refresh_from_db()
    assert edit.error_message == "the prompt was blocked. You were not charged."


def test_an_edit_nobody_took_fails_without_charge_and_says_so(credit):
    edit = make_edit(credit.workspace, held=True)
    assert close(make_attempt(edit, AttemptState.SUBMITTING), REJECTED) is True
    edit.refresh_from_db()
    assert (edit.status, edit.charged, edit.error_code) == ("failed", 0, "rejected")
    assert edit.error_message == "The prompt is too odd. You were not charged."
    assert balance(credit.workspace.id).available == 10_000_000
    assert owed(AccountKind.COST) == 0


def test_what_was_never_sent_is_ordered_again_up_to_three_times(credit):
    edit = make_edit(credit.workspace, held=True)
    attempt = make_attempt(edit, AttemptState.SUBMITTING)
    for count in (2, 3):
        close(attempt, NOT_SENT)
        assert Attempt.objects.filter(edit=edit).count() == count
        attempt = Attempt.objects.get(edit=edit, state=AttemptState.INTENT)
        assert attempt.due_at is not None
        assert attempt.due_at > timezone.now()
        Attempt.objects.filter(id=attempt.id).update(state=AttemptState.SUBMITTING)
        attempt.refresh_from_db()
    close(attempt, NOT_SENT)
    edit.refresh_from_db()
    assert (edit.status, edit.error_code) == ("failed", "not_sent")


def test_a_provider_that_is_busy_is_asked_after_the_time_it_named(credit):
    edit = make_edit(credit.workspace, held=True)
    busy = Closing(Event.REJECTED, "rate_limited", "Slow down.", retry_after=timedelta(seconds=40))
    close(make_attempt(edit, AttemptState.SUBMITTING), busy)
    again = Attempt.objects.get(edit=edit, state=AttemptState.INTENT)
    assert again.due_at is not None
    assert again.due_at > timezone.now() + timedelta(seconds=35)
    cancel_edit(workspace_id=edit.workspace_id, edit_id=edit.id)


def test_a_paid_result_that_is_no_picture_costs_us_and_not_the_customer(credit):
    edit = make_edit(credit.workspace, held=True)
    close(collecting(edit), Closing(Event.UNDELIVERABLE, "bad_result", "The provider's result was not a picture."))
    edit.refresh_from_db()
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "bad_result", 0)
    assert owed(AccountKind.COST) == -COST
    assert balance(credit.workspace.id).available == 10_000_000


def test_what_was_not_sent_is_canceled_and_released(credit):
    edit = make_edit(credit.workspace, held=True)
    make_attempt(edit)
    for _ in range(2):
        canceled = cancel_edit(workspace_id=edit.workspace_id, edit_id=edit.id)
        assert canceled.status == "canceled"
    assert Hold.objects.get().state == "released"


def test_what_was_sent_follows_its_outcome(credit):
    edit = make_edit(credit.workspace, held=True, status="running")
    attempt = make_attempt(edit, AttemptState.ACCEPTED, ticket="job-1")
    assert cancel_edit(workspace_id=edit.workspace_id, edit_id=edit.id).status == "running"
    attempt.refresh_from_db()
    assert attempt.state == "accepted"
    assert Hold.objects.get().state == "held"


def test_a_stranger_cannot_cancel(credit, mallory):
    edit = make_edit(credit.workspace, held=True)
    make_attempt(edit)
    with pytest.raises(NotFound):
        cancel_edit(workspace_id=mallory.workspace.id, edit_id=edit.id)
    edit.refresh_from_db()
    assert edit.status == "queued"


def test_the_deadline_frees_the_customer_and_books_what_we_may_owe(credit):
    edit = make_edit(credit.workspace, held=True, deadline_at=timezone.now())
    attempt = make_attempt(edit, AttemptState.UNKNOWN, due_at=None)
    assert end_overdue(edit_id=edit.id) is True
    assert end_overdue(edit_id=edit.id) is False
    edit.refresh_from_db()
    attempt.refresh_from_db()
    assert (edit.status, edit.error_code, attempt.state) == ("failed", "deadline_exceeded", "lost")
    assert Hold.objects.get().state == "released"
    assert owed(AccountKind.SUSPENSE) == COST


def test_the_deadline_owes_nothing_for_what_was_never_sent(credit):
    edit = make_edit(credit.workspace, held=True, deadline_at=timezone.now())
    make_attempt(edit)
    end_overdue(edit_id=edit.id)
    edit.refresh_from_db()
    assert (edit.status, edit.error_code) == ("failed", "deadline_exceeded")
    assert owed(AccountKind.SUSPENSE) == 0


@pytest.mark.parametrize(("hinted", "is_asked_after"), [("job-9", True), ("", False)])
def test_a_job_that_only_a_callback_named_is_asked_after_past_the_deadline(credit, hinted, is_asked_after):
    edit = make_edit(credit.workspace, held=True, deadline_at=timezone.now())
    attempt = make_attempt(edit, AttemptState.SUBMITTING, hinted_ticket=hinted, due_at=None)
    end_overdue(edit_id=edit.id)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.due_at is not None) == ("lost", is_asked_after)


def test_a_late_picture_is_listed_and_free(credit):
    edit = make_edit(credit.workspace, held=True, deadline_at=timezone.now())
    attempt = make_attempt(edit, AttemptState.ACCEPTED, ticket="job-1")
    end_overdue(edit_id=edit.id)
    attempt.refresh_from_db()
    assert attempt.due_at is not None
    assert deliver(attempt, late=True) is True
    assert Output.objects.get().late is True
    edit.refresh_from_db()
    assert (edit.status, edit.charged) == ("failed", 0)
    assert balance(credit.workspace.id).spent == 0


@pytest.fixture
def awaited(credit):
    digest = hashlib.sha256(b"our-token").hexdigest()
    return make_attempt(
        make_edit(credit.workspace, held=True), AttemptState.UNKNOWN, callback_sha256=digest, due_at=None, epoch=3
    )


def test_a_callback_is_stored_and_moves_nothing_but_the_time(awaited):
    receive_callback(provider="shortapi", token="our-token", body=b'{"data": {"job_id": "job-9", "status": 2}}')
    assert Callback.objects.get().attempt_id == awaited.id
    awaited.refresh_from_db()
    assert (awaited.state, awaited.epoch, awaited.ticket, awaited.hinted_ticket) == ("unknown", 3, "", "job-9")
    assert awaited.due_at is not None


@pytest.mark.parametrize("token", ["our-toke", "", "our-token "])
def test_a_callback_with_another_token_changes_nothing(awaited, token):
    with pytest.raises(NotFound):
        receive_callback(provider="shortapi", token=token, body=b"{}")
    assert not Callback.objects.exists()
    assert Attempt.objects.get(id=awaited.id).due_at is None


def test_the_status_of_an_edit_never_moves_after_its_end(credit):
    edit = make_edit(credit.workspace, held=True)
    attempt = make_attempt(edit)
    cancel_edit(workspace_id=edit.workspace_id, edit_id=edit.id)
    assert close(attempt, REJECTED, state=AttemptState.SUBMITTING) is False
    assert Edit.objects.get(id=edit.id).status == "canceled"
