"""What staff are told of: orders of unknown outcome, what they may cost us, replies that nobody can read."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models import User
from editor import tasks
from editor.attempts import AttemptState
from editor.models import Alert, Attempt, Edit, Output
from editor.services.end_overdue import end_overdue
from editor.services.raise_alert import CONTRACT, LOST, UNKNOWN, raise_alert
from editor.services.watch_unknown import watch_unknown
from editor.sweeper import watch
from tests.editor.rows import make_attempt, make_edit, make_image

pytestmark = pytest.mark.django_db


def alerts():
    return list(Alert.objects.order_by("id").values_list("kind", "subject", "times", "note"))


def age(attempt, **time):
    Attempt.objects.filter(id=attempt.id).update(entered_at=timezone.now() - timedelta(**time))


@pytest.mark.parametrize("state", [AttemptState.UNKNOWN, AttemptState.SUBMITTING])
def test_an_order_of_unknown_outcome_is_raised_once_before_it_is_five_minutes_old(credit, state):
    attempt = make_attempt(make_edit(credit.workspace), state)
    age(attempt, minutes=3, seconds=50)
    assert watch_unknown() == 0
    age(attempt, minutes=4, seconds=10)
    assert (watch_unknown(), watch_unknown()) == (1, 0)
    assert alerts() == [(UNKNOWN, attempt.id, 1, "")]


def test_the_sweeper_watches(credit):
    attempt = make_attempt(make_edit(credit.workspace), AttemptState.UNKNOWN)
    age(attempt, minutes=5)
    watch()
    assert alerts() == [(UNKNOWN, attempt.id, 1, "")]


@pytest.mark.parametrize("state", [AttemptState.INTENT, AttemptState.ACCEPTED, AttemptState.COLLECTING])
def test_what_is_known_is_not_raised_however_long_it_takes(credit, state):
    age(make_attempt(make_edit(credit.workspace), state), hours=1)
    assert watch_unknown() == 0
    assert alerts() == []


@pytest.mark.parametrize("state", [AttemptState.ACCEPTED, AttemptState.LOST, AttemptState.REJECTED])
def test_the_alert_closes_by_itself_when_the_outcome_is_settled(credit, state):
    attempt = make_attempt(make_edit(credit.workspace), AttemptState.UNKNOWN)
    age(attempt, minutes=5)
    watch_unknown()
    Attempt.objects.filter(id=attempt.id).update(state=state)
    watch_unknown()
    assert alerts() == [(UNKNOWN, attempt.id, 1, f"settled: {state}")]
    assert not Alert.objects.filter(closed_at=None).exists()


def test_a_lost_order_is_raised_with_what_we_may_owe_and_closed_when_its_picture_comes_late(credit):
    edit = make_edit(credit.workspace, held=True, deadline_at=timezone.now() - timedelta(seconds=1))
    attempt = make_attempt(edit, AttemptState.UNKNOWN)
    assert end_overdue(edit_id=edit.id)
    (alert,) = Alert.objects.all()
    assert (alert.kind, alert.subject, alert.closed_at) == (LOST, attempt.id, None)
    assert alert.message == (
        "shortapi: $0.038 may be owed for no picture; the deadline passed before its outcome was known."
    )
    watch_unknown()
    assert Alert.objects.get().closed_at is None
    Output.objects.create(edit=edit, attempt=attempt, image=make_image(credit.workspace), position=1, late=True)
    watch_unknown()
    assert alerts() == [(LOST, attempt.id, 1, "settled: its picture came late")]


def test_an_order_that_was_never_sent_raises_nothing_when_its_time_is_up(credit):
    edit = make_edit(credit.workspace, held=True, deadline_at=timezone.now() - timedelta(seconds=1))
    make_attempt(edit)
    assert end_overdue(edit_id=edit.id)
    assert alerts() == []


@pytest.fixture
def mailing(settings, db):
    """Mail is sent, and Carol is staff; Dave was."""
    settings.SENDS_MAIL = True
    cache.clear()
    User.objects.create_user("carol@example.com", "carol's long password", is_staff=True)
    User.objects.create_user("dave@example.com", "dave's long password", is_staff=True, is_active=False)


def queued():
    return [task.task["args"] for task in OrmQ.objects.filter(key="default").order_by("id")]


@pytest.mark.django_db(transaction=True)
def test_staff_get_one_mail_for_each_kind_and_provider_in_ten_minutes(mailing):
    raise_alert(kind=LOST, subject="att_1", message="apipod: lost", provider="apipod")
    raise_alert(kind=LOST, subject="att_2", message="apipod: lost", provider="apipod")
    raise_alert(kind=LOST, subject="att_3", message="pixazo: lost", provider="pixazo")
    raise_alert(kind=CONTRACT, subject="apipod", message="apipod sent HTML")
    raise_alert(kind=CONTRACT, subject="apipod", message="apipod sent HTML")
    assert queued() == [(LOST, "att_1"), (LOST, "att_3"), (CONTRACT, "apipod")]
    assert Alert.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_an_alert_that_is_taken_back_is_not_mailed(mailing):
    with transaction.atomic():
        raise_alert(kind=CONTRACT, subject="apipod", message="apipod sent HTML")
        transaction.set_rollback(True)
    assert (queued(), alerts()) == ([], [])
    raise_alert(kind=CONTRACT, subject="apipod", message="apipod sent HTML")
    assert queued() == [(CONTRACT, "apipod")]


@pytest.mark.django_db(transaction=True)
def test_where_no_mail_is_sent_an_alert_is_only_kept(settings):
    assert settings.SENDS_MAIL is False
    raise_alert(kind=CONTRACT, subject="apipod", message="apipod sent HTML")
    assert (queued(), alerts()) == ([], [(CONTRACT, "apipod", 1, "")])


def test_the_mail_says_what_it_is_about_and_names_no_one_to_the_others(mailing, alice):
    raise_alert(kind=CONTRACT, subject="apipod", message="apipod sent HTML")
    raise_alert(kind=CONTRACT, subject="apipod", message="apipod sent HTML again")
    tasks.alert_mail(CONTRACT, "apipod")
    (sent,) = mail.outbox
    assert (sent.subject, sent.to, sent.bcc) == (
        "Pentimento: unreadable reply, apipod", [], ["carol@example.com"],
    )  # fmt: skip
    assert "apipod sent HTML again\n\nRaised 2 times" in sent.body


def test_an_alert_that_was_closed_meanwhile_is_not_mailed(mailing):
    raise_alert(kind=CONTRACT, subject="apipod", message="apipod sent HTML")
    Alert.objects.update(closed_at=timezone.now())
    tasks.alert_mail(CONTRACT, "apipod")
    assert mail.outbox == []


def test_no_edit_waits_for_an_alert(credit):
    """It is one more row in the transaction that ends the edit, or none."""
    edit = make_edit(credit.workspace, held=True, deadline_at=timezone.now() - timedelta(seconds=1))
    make_attempt(edit, AttemptState.UNKNOWN)
    raise_alert(kind=LOST, subject="att_other", message="lost", provider="shortapi")
    end_overdue(edit_id=edit.id)
    assert Edit.objects.get(id=edit.id).status == "failed"
    assert Alert.objects.count() == 2
