"""A job that staff name: the provider is asked after it with our key, and it is taken only if it exists."""

import pytest

from editor.domain import Actor, EditRequest
from editor.models import Alert, Attempt, Edit, Output
from editor.services.adopt_ticket import adopt_ticket
from editor.services.give_up_attempt import give_up_attempt
from editor.services.submit_edit import submit_edit
from editor.waves.loop import run_wave
from tests.books import assert_books_are_right
from tests.conftest import Person
from tests.editor.rows import PRICE, make_image
from tests.simulator_fixture import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unknown(credit: Person, upstream: Simulator) -> Attempt:
    """An order that the provider took and never confirmed; nobody has heard of its job."""
    upstream.order("accept_then_drop")
    request = EditRequest(prompt="warmer light", images=(make_image(credit.workspace).id,))
    submit_edit(actor=Actor(credit.workspace.id, user_id=credit.user.id), request=request)
    run_wave(0.5)
    return seen()


def seen() -> Attempt:
    return Attempt.objects.get()


def adopt(person: Person, ticket: str) -> None:
    attempt = seen()
    adopt_ticket(attempt_id=attempt.id, epoch=attempt.epoch, ticket=ticket, staff_id=person.user.id, note="dashboard")


def until(done) -> None:
    for _ in range(30):
        if done():
            return
        run_wave(0.3)
    raise AssertionError("it did not come about")


def test_a_job_that_exists_is_taken_and_paid_once(unknown, credit, upstream):
    assert unknown.state == "unknown"
    (job,) = upstream.counts()["job_ids"]
    adopt(credit, job)
    until(lambda: Edit.objects.get().finished_at is not None)
    edit, attempt = Edit.objects.get(), seen()
    assert (edit.status, edit.charged, attempt.state, attempt.ticket) == ("succeeded", PRICE, "delivered", job)
    assert upstream.counts()["posts"] == 1
    assert_books_are_right()


def test_a_job_that_the_provider_does_not_know_changes_nothing(unknown, credit, upstream):
    asked = upstream.counts()["polls"]
    adopt(credit, "sim-of-somebody-else")
    until(lambda: upstream.counts()["polls"] > asked)
    run_wave(0.3)
    attempt = seen()
    assert (attempt.state, attempt.ticket, attempt.hinted_ticket) == ("unknown", "", "sim-of-somebody-else")
    assert Edit.objects.get().finished_at is None
    assert upstream.counts()["posts"] == 1


def test_of_an_order_that_was_given_up_the_picture_is_given_free(unknown, credit, upstream):
    give_up_attempt(attempt_id=unknown.id, epoch=unknown.epoch, staff_id=credit.user.id, note="the customer waits")
    (job,) = upstream.counts()["job_ids"]
    adopt(credit, job)
    until(Output.objects.exists)
    edit = Edit.objects.get()
    assert (edit.status, edit.charged, Output.objects.get().late) == ("failed", 0, True)
    assert set(Alert.objects.filter(note="dashboard").values_list("kind", flat=True)) == {"ticket_named"}
    assert_books_are_right()
