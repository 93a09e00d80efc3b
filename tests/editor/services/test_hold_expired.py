"""An edit that nobody ended before its hold ran out."""

import pytest

from billing.facade import balance
from billing.ledger import expire_hold
from billing.models import Hold
from editor.attempts import AttemptState, Event
from editor.models import Alert, Edit
from editor.services.close_attempt import Closing, close_attempt
from editor.services.collect_results import collect_results
from tests.billing.ledger.books import ago, end_hold
from tests.books import assert_books_are_right
from tests.editor.rows import make_attempt, make_edit, make_image


@pytest.fixture
def edit(credit):
    """An edit that still collects its picture eleven minutes after its deadline, when its hold has run out."""
    edit = make_edit(credit.workspace, held=True)
    Edit.objects.filter(id=edit.id).update(deadline_at=ago(minutes=11))
    end_hold(edit.id)
    assert expire_hold(reference=edit.id) is not None
    return edit


def test_what_arrives_then_is_free_and_staff_are_told(edit):
    attempt = make_attempt(edit, AttemptState.COLLECTING, results=["https://r.example/0.jpg"])
    picture = make_image(edit.workspace, is_output=True)
    collect_results(attempt_id=attempt.id, edit_id=edit.id, epoch=attempt.epoch, pictures=[picture], late=False)
    edit.refresh_from_db()
    assert (edit.status, edit.charged, edit.outputs.count()) == ("succeeded", 0, 1)
    assert (balance(edit.workspace_id).spent, balance(edit.workspace_id).available) == (0, 10_000_000)
    assert Hold.objects.get(reference=edit.id).state == "expired"
    alert = Alert.objects.get(kind="delivered_free")
    assert (alert.subject, alert.message) == (edit.id, "Its hold had run out, so that $0.0475 was not charged.")
    assert_books_are_right()


def test_what_fails_then_ends_as_ever(edit):
    attempt = make_attempt(edit, AttemptState.ACCEPTED)
    failed = Closing(Event.JOB_FAILED, "failed", "The provider gave up.")
    close_attempt(
        attempt_id=attempt.id, edit_id=edit.id, epoch=attempt.epoch, state=AttemptState.ACCEPTED, closing=failed
    )
    edit.refresh_from_db()
    assert (edit.status, edit.charged) == ("failed", 0)
    assert not Alert.objects.filter(kind="delivered_free").exists()
    assert_books_are_right()
