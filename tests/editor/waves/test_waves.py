"""Waves against the real simulator: each fault it can show us, and what comes of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.facade import balance
from billing.models import Hold
from editor.attempts import AttemptState
from editor.domain import Actor, EditRequest
from editor.images.store import open_file
from editor.models import Attempt, Edit, Output, Wave
from editor.services.receive_callback import receive_callback
from editor.services.submit_edit import submit_edit
from editor.sweeper import sweep
from editor.waves import lease
from editor.waves.claims import claim
from editor.waves.loop import run_wave
from tests.books import assert_books_are_right
from tests.editor.rows import PRICE, make_image

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def submit(credit, upstream):
    """Submit an edit of Alice's, with a prompt of its own so that the simulator can count it."""
    actor = Actor(credit.workspace.id, user_id=credit.user.id)

    def submit(**changes):
        facts = {"prompt": "warmer light", "images": (make_image(credit.workspace).id,), **changes}
        return submit_edit(actor=actor, request=EditRequest(**facts))

    yield submit
    assert_books_are_right()


def run_until(done, *, runs=40, seconds=0.3):
    """Run short waves, one after another, until the condition holds; each takes over from the one before."""
    for _ in range(runs):
        run_wave(seconds)
        if done():
            return
    raise AssertionError("it did not come about")


def ended(edit):
    def is_final():
        edit.refresh_from_db()
        return edit.finished_at is not None

    return is_final


def in_state(edit, state):
    return lambda: Attempt.objects.filter(edit=edit, state=state).exists()


def token_of(attempt):
    return attempt.payload["callback_url"].rsplit("/", 1)[-1]


def test_an_edit_is_done_stored_and_captured_once(submit, upstream, credit):
    edit = submit(n=2)
    run_until(ended(edit))
    assert (edit.status, edit.charged, edit.provider) == ("succeeded", 2 * PRICE, "shortapi")
    outputs = Output.objects.filter(edit=edit).select_related("image")
    assert [output.position for output in outputs] == [1, 2]
    for output in outputs:
        with open_file(output.image, "original") as file:
            assert file.read(3) == b"\xff\xd8\xff"
        assert output.image.is_output
        assert (output.image.width * 3, output.image.height) == (output.image.height * 4, 1728)
    attempt = Attempt.objects.get(edit=edit)
    assert (attempt.state, attempt.reported_cost) == ("delivered", "0.076")
    assert upstream.counts()["posts"] == 1
    assert balance(credit.workspace.id).spent == 2 * PRICE
    assert not Wave.objects.exists()


def test_the_payload_is_kept_as_it_was_sent_and_holds_no_key(submit, upstream):
    edit = submit()
    run_until(ended(edit))
    attempt = Attempt.objects.get(edit=edit)
    assert attempt.payload is not None
    assert attempt.payload["args"]["prompt"] == "warmer light"
    assert attempt.payload["args"]["aspect_ratio"] == "4:3"
    assert attempt.payload["callback_url"].startswith("http://localhost:8000/cb/shortapi/")
    assert "test-key-of-shortapi" not in str(attempt.payload)
    assert len(attempt.payload_sha256) == len(attempt.callback_sha256 or "") == 64


@pytest.mark.parametrize("fault", ["accept_then_drop", "html_200", "empty_200", "error_500", "in_progress", "drop"])
def test_an_order_whose_fate_is_unknown_is_never_sent_again(submit, upstream, fault):
    upstream.order(fault)
    edit = submit(deadline_seconds=600)
    run_until(in_state(edit, AttemptState.UNKNOWN))
    run_wave(0.5)
    assert upstream.counts()["posts"] == 1
    assert Hold.objects.get(reference=edit.id).state == "held"
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now())
    sweep()
    edit.refresh_from_db()
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "deadline_exceeded", 0)
    assert Attempt.objects.get(edit=edit).state == "lost"
    assert upstream.counts()["posts"] == 1


def test_an_unknown_order_is_adopted_by_the_callback_that_names_it(submit, upstream):
    upstream.order("accept_then_drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    attempt = Attempt.objects.get(edit=edit)
    (job,) = upstream.counts()["job_ids"]
    receive_callback(provider="shortapi", token=token_of(attempt), body=b'{"data": {"job_id": "%s"}}' % job.encode())
    run_until(ended(edit))
    assert (edit.status, edit.charged) == ("succeeded", PRICE)
    assert upstream.counts()["posts"] == 1


def test_a_forged_callback_adopts_nothing(submit, upstream):
    upstream.order("drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    attempt = Attempt.objects.get(edit=edit)
    receive_callback(provider="shortapi", token=token_of(attempt), body=b'{"data": {"job_id": "job-of-nobody"}}')
    run_wave(0.5)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.ticket) == ("unknown", "")


def test_a_job_that_another_attempt_has_is_not_adopted(submit, upstream):
    first = submit(prompt="first")
    run_until(ended(first))
    ticket = Attempt.objects.get(edit=first).ticket
    upstream.order("drop")
    second = submit(prompt="second")
    run_until(in_state(second, AttemptState.UNKNOWN))
    token = token_of(Attempt.objects.get(edit=second))
    receive_callback(provider="shortapi", token=token, body=b'{"data": {"job_id": "%s"}}' % ticket.encode())
    run_wave(0.5)
    assert Attempt.objects.get(edit=second).state == "unknown"
    assert Output.objects.filter(edit=second).count() == 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("reject", "rejected"),
        ("content_refused", "content_refused"),
        ("out_of_credit", "provider_account"),
        ("fail_job", "job_failed"),
        ("dead_result_url", "bad_result"),
        ("wrong_result", "bad_result"),
    ],
)
def test_what_brings_no_picture_costs_the_customer_nothing(submit, upstream, credit, fault, code):
    upstream.order(fault)
    edit = submit(deadline_seconds=14)  # a dead address is tried again until ten seconds before
    run_until(ended(edit), seconds=5 if fault == "dead_result_url" else 0.3)
    assert (edit.status, edit.error_code, edit.charged) == ("failed", code, 0)
    assert edit.error_message.endswith("You were not charged.")
    assert upstream.counts()["posts"] == 1
    assert balance(credit.workspace.id).available == 10_000_000


def test_a_missing_picture_makes_the_edit_partial_and_is_not_ordered_again(submit, upstream):
    upstream.order("missing_picture")
    edit = submit(n=2)
    run_until(ended(edit))
    assert (edit.status, edit.charged) == ("partial", PRICE)
    assert upstream.counts()["posts"] == 1


@pytest.mark.parametrize("fault", ["poll_error_500", "poll_html", "no_callback", "callback_five_times"])
def test_troubles_while_waiting_are_waited_out(submit, upstream, fault):
    upstream.order(fault)
    edit = submit()
    run_until(ended(edit))
    assert edit.status == "succeeded"


def test_a_provider_that_is_busy_is_asked_again(submit, upstream):
    upstream.order("rate_limit", retry_after="0")
    edit = submit()
    run_until(ended(edit))
    assert edit.status == "succeeded"
    assert list(Attempt.objects.filter(edit=edit).order_by("id").values_list("state", flat=True)) == [
        "rejected",
        "delivered",
    ]


def test_an_attempt_orphaned_while_submitting_is_unknown_and_not_sent_again(submit, upstream):
    edit = submit()
    dead = lease.start()
    (held,) = claim(dead, 1)
    Attempt.objects.filter(id=held.id).update(state=AttemptState.SUBMITTING)
    Wave.objects.filter(id=dead).update(expires_at=timezone.now() - timedelta(seconds=1))
    sweep()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    assert upstream.counts()["posts"] == 0


def test_a_picture_that_arrives_after_the_deadline_is_given_free(submit, upstream, credit):
    upstream.profile(latency=1.5)
    edit = submit()
    run_until(in_state(edit, AttemptState.ACCEPTED))
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now())
    sweep()
    assert Attempt.objects.get(edit=edit).state == "lost"

    def has_late():
        Attempt.objects.filter(edit=edit).update(due_at=timezone.now() - timedelta(seconds=1))
        return Output.objects.filter(edit=edit, late=True).exists()

    run_until(has_late)
    edit.refresh_from_db()
    assert (edit.status, edit.charged) == ("failed", 0)
    assert balance(credit.workspace.id).spent == 0


def test_thirty_edits_at_once_are_thirty_orders(submit, upstream):
    edits = [submit(prompt=f"picture {number}") for number in range(30)]
    run_until(lambda: not Edit.objects.filter(finished_at=None).exists())
    assert Edit.objects.filter(status="succeeded").count() == len(edits)
    assert upstream.counts()["posts"] == 30
    assert set(upstream.counts()["jobs_by_prompt"].values()) == {1}
