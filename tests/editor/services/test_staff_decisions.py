"""What staff decide about attempts whose outcome is unknown: done once, with a note, and never against a wave."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from billing.facade import balance, suspense
from editor.attempts import CHARGED, AttemptState
from editor.errors import InvalidInput, NotFound, Overtaken
from editor.models import Alert, Attempt, Edit, Wave
from editor.services.adopt_ticket import adopt_ticket
from editor.services.disprove_attempt import disprove_attempt
from editor.services.give_up_attempt import give_up_attempt
from editor.services.raise_alert import LOST, UNKNOWN, raise_alert
from editor.waves.claims import claim
from tests.billing.parallel import together
from tests.books import assert_books_are_right
from tests.editor.rows import COST, PRICE, make_attempt, make_edit

pytestmark = pytest.mark.django_db
NOTE = "Asked their support, ticket 4711"


@pytest.fixture
def sam() -> User:
    return User.objects.create_user("sam@example.com", "sam's long password", is_staff=True)


@pytest.fixture
def edit(credit) -> Edit:
    units = {name: {"cost": COST, "price": PRICE} for name in ("shortapi", "apipod")}
    return make_edit(credit.workspace, held=True, status="running", route=["shortapi", "apipod"], units=units)


@pytest.fixture
def unknown(edit) -> Attempt:
    made = make_attempt(edit, AttemptState.UNKNOWN, epoch=3, due_at=None, started_at=timezone.now())
    raise_alert(kind=UNKNOWN, subject=made.id, message="unknown for minutes", provider="shortapi")
    return made


@pytest.fixture
def lost(edit: Edit, unknown: Attempt, sam: User) -> Attempt:
    give_up_attempt(attempt_id=unknown.id, epoch=3, staff_id=sam.id, note=NOTE)
    unknown.refresh_from_db()
    return unknown


def facts(attempt: Attempt, sam: User, **changes):
    return {"attempt_id": attempt.id, "epoch": attempt.epoch, "staff_id": sam.id, "note": NOTE, **changes}


def untouched(attempt: Attempt) -> bool:
    before = (attempt.state, attempt.epoch, attempt.hinted_ticket, attempt.due_at)
    attempt.refresh_from_db()
    return before == (attempt.state, attempt.epoch, attempt.hinted_ticket, attempt.due_at)


def test_what_was_not_made_is_ordered_elsewhere_at_once(unknown, edit, sam, credit):
    disprove_attempt(**facts(unknown, sam))
    first, second = Attempt.objects.filter(edit=edit).order_by("id")
    assert (first.state, first.error_code) == ("rejected", "not_made")
    assert (second.state, second.provider, second.part) == ("intent", "apipod", 1)
    alert = Alert.objects.get(kind=UNKNOWN)
    assert (alert.subject, alert.closed_by, alert.note) == (unknown.id, sam, NOTE)
    assert alert.closed_at is not None
    assert balance(credit.workspace.id).held == PRICE
    assert suspense() == {}
    assert_books_are_right()


def test_where_nobody_else_can_do_it_the_edit_ends_uncharged(unknown, edit, sam, credit):
    Edit.objects.update(route=["shortapi"])
    disprove_attempt(**facts(unknown, sam))
    edit.refresh_from_db()
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "not_made", 0)
    assert balance(credit.workspace.id).held == 0
    assert_books_are_right()


def test_without_an_open_alert_the_decision_is_kept_all_the_same(unknown, sam):
    Alert.objects.all().delete()
    disprove_attempt(**facts(unknown, sam))
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.closed_by, alert.note) == (UNKNOWN, unknown.id, sam, NOTE)


def test_what_is_given_up_frees_the_customer_and_is_in_suspense(unknown, edit, sam, credit):
    give_up_attempt(**facts(unknown, sam))
    edit.refresh_from_db()
    unknown.refresh_from_db()
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "given_up", 0)
    assert edit.error_message.endswith("You were not charged.")
    assert (unknown.state, unknown.epoch) == ("lost", 4)
    assert balance(credit.workspace.id).held == 0
    assert suspense()["shortapi"].balance == COST
    assert Alert.objects.get(kind=UNKNOWN).note == NOTE
    assert Alert.objects.get(kind=LOST, closed_at=None).subject == unknown.id
    assert_books_are_right()


def test_while_another_part_runs_the_edit_goes_on(unknown, edit, sam, credit):
    make_attempt(edit, AttemptState.ACCEPTED, part=2)
    give_up_attempt(**facts(unknown, sam))
    edit.refresh_from_db()
    assert (edit.status, balance(credit.workspace.id).held) == ("running", PRICE)


def test_of_a_lost_one_the_alert_is_closed_and_the_debt_is_gone(lost, edit, sam):
    disprove_attempt(**facts(lost, sam, note="On no statement of theirs"))
    lost.refresh_from_db()
    assert lost.state == "lost"
    assert Alert.objects.get(kind=LOST).note == "On no statement of theirs"
    assert suspense()["shortapi"].balance == 0
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("state", ["unknown", "lost"])
def test_a_job_that_was_named_is_asked_after_now_and_adopted_by_nobody_yet(state, request, sam):
    attempt = request.getfixturevalue(state)
    adopt_ticket(**facts(attempt, sam), ticket=" job-77 ")
    attempt.refresh_from_db()
    assert (attempt.state, attempt.hinted_ticket, attempt.ticket) == (state, "job-77", "")
    assert attempt.due_at <= timezone.now() + timedelta(seconds=1)
    kept = Alert.objects.get(kind="ticket_named")
    assert (kept.message, kept.note, kept.closed_by) == ("Asked after job job-77.", NOTE, sam)


@pytest.mark.parametrize("ticket", ["", "  ", "x" * 201, "two\nlines", "nul\0"])
def test_what_can_be_no_job_id_is_refused(unknown, sam, ticket):
    with pytest.raises(InvalidInput, match="1 to 200 characters") as caught:
        adopt_ticket(**facts(unknown, sam), ticket=ticket)
    assert caught.value.param == "ticket"
    assert untouched(unknown)


def test_another_attempts_job_is_refused(unknown, sam, credit):
    other = make_attempt(make_edit(credit.workspace), AttemptState.DELIVERED, ticket="job-1")
    with pytest.raises(InvalidInput, match=f"attempt {other.id}'s"):
        adopt_ticket(**facts(unknown, sam), ticket="job-1")
    assert untouched(unknown)


def test_a_provider_without_jobs_is_not_asked_after_one(edit, sam):
    attempt = make_attempt(edit, AttemptState.UNKNOWN, provider="aimlapi")
    with pytest.raises(InvalidInput, match="no jobs"):
        adopt_ticket(**facts(attempt, sam), ticket="job-1")
    assert untouched(attempt)


def test_what_the_providers_own_list_shows_as_charged_was_made(unknown, sam):
    Attempt.objects.update(error_code=CHARGED)
    with pytest.raises(InvalidInput, match="charged"):
        disprove_attempt(**facts(unknown, sam))
    assert untouched(unknown)


ACTS = [disprove_attempt, give_up_attempt, lambda **given: adopt_ticket(**given, ticket="job-1")]
NAMES = ["disprove", "give up", "adopt"]


@pytest.mark.parametrize("act", ACTS, ids=NAMES)
@pytest.mark.parametrize("note", ["", "   ", "x" * 501, "nul\0byte"])
def test_without_a_note_nothing_is_done(unknown, sam, act, note):
    with pytest.raises(InvalidInput) as caught:
        act(**facts(unknown, sam, note=note))
    assert caught.value.param == "note"
    assert untouched(unknown)
    assert Alert.objects.get().closed_at is None


@pytest.mark.parametrize("act", ACTS, ids=NAMES)
def test_while_a_wave_has_it_nothing_is_done(unknown, sam, act):
    wave = Wave.objects.create(expires_at=timezone.now() + timedelta(seconds=10))
    Attempt.objects.filter(id=unknown.id).update(wave=wave)
    with pytest.raises(Overtaken, match="right now"):
        act(**facts(unknown, sam))
    assert untouched(unknown)
    assert Alert.objects.get().closed_at is None


@pytest.mark.parametrize("act", ACTS, ids=NAMES)
def test_what_a_wave_took_up_since_it_was_seen_is_looked_at_again_first(unknown, sam, act):
    seen = facts(unknown, sam)
    Attempt.objects.filter(id=unknown.id).update(due_at=timezone.now() - timedelta(minutes=1))
    wave = Wave.objects.create(expires_at=timezone.now() + timedelta(seconds=10))
    assert [held.id for held in claim(wave.id, 10)] == [unknown.id]
    Attempt.objects.update(wave=None)
    with pytest.raises(Overtaken, match="since you saw it"):
        act(**seen)
    assert Alert.objects.get().closed_at is None


@pytest.mark.parametrize("act", ACTS, ids=NAMES)
@pytest.mark.parametrize("state", [AttemptState.ACCEPTED, AttemptState.DELIVERED])
def test_what_was_settled_meanwhile_stays_settled(unknown, sam, act, state):
    Attempt.objects.filter(id=unknown.id).update(state=state)
    with pytest.raises(Overtaken, match=state.value):
        act(**facts(unknown, sam))
    assert Attempt.objects.get().state == state


@pytest.mark.parametrize("act", ACTS, ids=NAMES)
def test_what_does_not_exist_is_not_found(db, sam, act):
    with pytest.raises(NotFound):
        act(attempt_id="att_none", epoch=0, staff_id=sam.id, note=NOTE)


def test_pressed_twice_it_is_done_once(unknown, sam):
    seen = facts(unknown, sam)
    disprove_attempt(**seen)
    with pytest.raises(Overtaken):
        disprove_attempt(**seen)
    assert Attempt.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_is_taken(unknown, sam):
    seen = facts(unknown, sam)
    outcomes = together([lambda act=act: act(**seen) for act in (disprove_attempt, give_up_attempt) * 2])  # type: ignore[misc]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", *["Overtaken"] * 3]
    assert Attempt.objects.get(id=unknown.id).state in ("rejected", "lost")
    assert_books_are_right()
