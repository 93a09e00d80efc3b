"""What stumbles in a wave: one attempt's misfortune is never another's, and nothing that was paid for is forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from billing.models import Hold
from editor.attempts import AttemptState, Event
from editor.models import Attempt, Edit, Heartbeat, Output, Wave
from editor.services.cancel_edit import cancel_edit
from editor.services.close_attempt import Closing, close_attempt
from editor.services.end_overdue import end_overdue
from editor.services.hint_ticket import hint_ticket
from editor.sweeper import sweep
from editor.tasks import ensure_waves
from editor.waves import lease
from editor.waves.claims import claim
from editor.waves.loop import run_wave
from tests.editor.rows import make_attempt, make_edit
from tests.editor.waves.test_waves import ended, in_state, run_until, submit

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["submit"]  # the fixture


def past(seconds=1):
    return timezone.now() - timedelta(seconds=seconds)


def test_an_order_that_cannot_be_written_stops_nobody_elses(submit, upstream, credit):
    poison = make_attempt(make_edit(credit.workspace, held=True, resolution="8K"), provider="apikley", due_at=past(60))
    edit = submit()
    run_until(ended(edit))
    assert edit.status == "succeeded"
    poison.refresh_from_db()
    assert (poison.state, poison.wave_id) == ("intent", None)
    assert poison.due_at is not None
    assert poison.due_at > timezone.now()


def test_a_wave_that_only_drains_makes_room_for_another():
    for _ in range(2):
        lease.start()
    ensure_waves()
    assert OrmQ.objects.count() == 0
    lease.stop_claiming(Wave.objects.earliest("id").id)
    ensure_waves()
    assert OrmQ.objects.filter(key="waves").count() == 1


def test_nothing_is_paid_for_after_the_deadline(submit, upstream):
    edit = submit()
    Edit.objects.filter(id=edit.id).update(deadline_at=past())
    run_wave(0.5)
    assert upstream.counts()["posts"] == 0
    sweep()
    edit.refresh_from_db()
    assert (edit.status, edit.error_code) == ("failed", "deadline_exceeded")


def test_a_job_that_was_named_after_the_edit_was_given_up_still_brings_its_picture(submit, upstream):
    upstream.order("accept_then_drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    Edit.objects.filter(id=edit.id).update(deadline_at=past())
    sweep()
    attempt = Attempt.objects.get(edit=edit)
    assert (attempt.state, attempt.ticket, attempt.due_at) == ("lost", "", None)
    (job,) = upstream.counts()["job_ids"]
    hint_ticket(attempt_id=attempt.id, ticket=job)
    run_until(lambda: Output.objects.filter(edit=edit, late=True).exists())
    attempt.refresh_from_db()
    assert (attempt.state, attempt.ticket) == ("lost", job)


def test_a_lost_attempt_never_takes_a_picture_that_is_anothers(submit, upstream):
    first = submit(prompt="first")
    run_until(ended(first))
    lost = make_attempt(make_edit(first.workspace, held=True), AttemptState.SUBMITTING)
    Edit.objects.filter(id=lost.edit_id).update(deadline_at=past())
    end_overdue(edit_id=lost.edit_id)
    hint_ticket(attempt_id=lost.id, ticket=Attempt.objects.get(edit=first).ticket)
    run_wave(0.5)
    assert not Output.objects.filter(edit=lost.edit_id).exists()
    assert Attempt.objects.get(id=lost.id).due_at is None


def test_a_canceled_intent_is_nobodys_work_any_more(credit):
    edit = make_edit(credit.workspace, held=True)
    attempt = make_attempt(edit)
    wave = lease.start()
    claim(wave, 1)
    cancel_edit(workspace_id=edit.workspace_id, edit_id=edit.id)
    lease.end(wave)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.wave_id, attempt.due_at) == ("canceled", None, None)


def test_what_was_asked_to_be_canceled_is_not_ordered_again(credit):
    edit = make_edit(credit.workspace, held=True, status="running")
    attempt = make_attempt(edit, AttemptState.SUBMITTING)
    assert cancel_edit(workspace_id=edit.workspace_id, edit_id=edit.id).status == "running"
    busy = Closing(Event.REJECTED, "rate_limited", "Slow down.")
    close_attempt(attempt_id=attempt.id, edit_id=edit.id, epoch=0, state=AttemptState.SUBMITTING, closing=busy)
    edit.refresh_from_db()
    assert (edit.status, edit.charged) == ("canceled", 0)
    assert Hold.objects.get().state == "released"


def test_a_wave_that_loses_its_lease_gives_its_attempts_up(credit):
    make_attempt(make_edit(credit.workspace, held=True))
    zombie = lease.start()
    (held,) = claim(zombie, 1)
    Wave.objects.filter(id=zombie).update(expires_at=past())
    assert lease.release_expired() == 1
    assert Attempt.objects.get(id=held.id).epoch == held.epoch + 1


def test_the_sweeper_sees_that_waves_run_and_says_that_it_lives(credit):
    sweep()
    sweep()
    assert OrmQ.objects.filter(key="waves").count() == 2
    assert Heartbeat.objects.get(name=Heartbeat.SWEEPER).at > past(10)


def test_one_edit_that_cannot_be_ended_keeps_no_other_from_its_end(credit):
    cursed = make_edit(credit.workspace, deadline_at=past(60))  # its hold is missing
    make_attempt(cursed)
    other = make_edit(credit.workspace, held=True, deadline_at=past(30))
    make_attempt(other)
    sweep()
    other.refresh_from_db()
    assert other.status == "failed"
    Edit.objects.filter(id=cursed.id).delete()


def test_an_orphaned_order_follows_the_callback_that_came_before_it_was_orphaned(submit, upstream):
    edit = submit()
    dead = lease.start()
    (held,) = claim(dead, 1)
    Attempt.objects.filter(id=held.id).update(state=AttemptState.SUBMITTING)
    hint_ticket(attempt_id=held.id, ticket="a-job-that-is-still-to-be-found")
    Wave.objects.filter(id=dead).update(expires_at=past())
    run_until(in_state(edit, AttemptState.UNKNOWN))
    assert Attempt.objects.get(edit=edit).due_at is not None
