"""What is always true between edits and money, and that breaking it is found."""

import pytest
from django.utils import timezone

from billing.facade import capture, release
from billing.invariants import violations
from billing.ledger import grant, hold
from editor.invariants import INVARIANTS
from editor.models import Edit
from tests.books import assert_books_are_right
from tests.conftest import Person
from tests.editor.rows import PRICE, make_edit

I6, I7 = list(INVARIANTS)[:2]


def _broken() -> list[tuple[str, object]]:
    return [(found.invariant, found.row[0]) for found in violations(INVARIANTS)]


def _end(edit: Edit, status: str, charged: int = 0) -> None:
    Edit.objects.filter(id=edit.id).update(status=status, charged=charged, finished_at=timezone.now())


@pytest.fixture
def edit(alice: Person):
    """An edit of Alice's that runs, with its credit on hold."""
    grant(workspace_id=alice.workspace.id, amount=100_000, key="ten cents")
    return make_edit(alice.workspace, held=True)


def test_an_edit_that_runs_delivers_or_fails_as_it_should_breaks_nothing(alice: Person, edit: Edit):
    assert_books_are_right()
    capture(reference=edit.id, amount=PRICE)
    _end(edit, "succeeded", charged=PRICE)
    assert_books_are_right()
    failed = make_edit(alice.workspace, held=True)
    release(reference=failed.id)
    _end(failed, "failed")
    assert_books_are_right()


def test_a_picture_that_nobody_paid_for_is_found(edit: Edit):
    release(reference=edit.id)
    _end(edit, "succeeded")
    assert _broken() == [(I6, edit.id)]


def test_a_charge_that_differs_from_the_capture_is_found(edit: Edit):
    capture(reference=edit.id, amount=PRICE - 1)
    _end(edit, "succeeded", charged=PRICE)
    assert _broken() == [(I6, edit.id)]


def test_a_capture_for_an_edit_that_failed_is_found(edit: Edit):
    capture(reference=edit.id, amount=PRICE)
    _end(edit, "failed")
    assert _broken() == [(I6, edit.id)]


def test_a_hold_left_open_by_an_ended_edit_is_found(edit: Edit):
    _end(edit, "failed")
    assert _broken() == [(I7, edit.id)]


def test_a_running_edit_whose_hold_is_closed_is_found(edit: Edit):
    release(reference=edit.id)
    assert _broken() == [(I7, edit.id)]


def test_an_edit_without_a_hold_is_found(alice: Person):
    edit = make_edit(alice.workspace)
    assert _broken() == [(I7, edit.id)]


def test_a_hold_of_another_amount_than_the_quote_is_found(alice: Person, edit: Edit):
    other = make_edit(alice.workspace)
    hold(workspace_id=alice.workspace.id, reference=other.id, amount=PRICE - 1)
    assert _broken() == [(I7, other.id)]
