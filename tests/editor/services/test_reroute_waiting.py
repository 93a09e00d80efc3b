"""Orders that wait at a provider that rests: taken back where another is able, waited out where nobody is."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from editor.attempts import AttemptState
from editor.models import Attempt, ProviderState
from editor.services.reroute_waiting import reroute_waiting
from tests.editor.rows import COST, PRICE, make_attempt, make_edit

pytestmark = pytest.mark.django_db

UNITS = {name: {"cost": COST, "price": PRICE} for name in ("shortapi", "apipod", "apikley")}
BOTH: dict[str, Any] = {"route": ["shortapi", "apipod"], "units": UNITS, "held": True}


def put(name, **columns):
    ProviderState.objects.filter(name=name).update(**columns)


def rest(name, *, ahead=timedelta(minutes=1), **columns):
    facts = {
        "open_until": timezone.now() + ahead,
        "open_seconds": 30,
        "open_code": "failing",
        "open_reason": "HTTP 500",
    }
    put(name, **{**facts, **columns})


def disable(name):
    put(name, disabled_at=timezone.now(), disabled_reason="invoices do not add up")


def waiting_at(edit):
    return list(Attempt.objects.filter(edit=edit, state="intent").order_by("id").values_list("provider", flat=True))


@pytest.mark.parametrize("away", [rest, disable])
def test_an_order_goes_to_the_next_that_is_able(credit, away):
    edit = make_edit(credit.workspace, **BOTH)
    attempt = make_attempt(edit)
    away("shortapi")
    assert reroute_waiting() == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.error_code, attempt.due_at) == ("not_sent", "provider_resting", None)
    assert attempt.error_message.startswith("It was not sent: the provider is ")
    assert waiting_at(edit) == ["apipod"]
    assert Attempt.objects.filter(edit=edit, provider="apipod", due_at__lte=timezone.now()).exists()
    edit.refresh_from_db()
    assert (edit.status, edit.finished_at) == ("queued", None)
    assert reroute_waiting() == 0


def test_a_provider_that_wants_quiet_for_long_keeps_nobody_from_the_others_and_for_seconds_is_waited_for(credit):
    edit = make_edit(credit.workspace, **BOTH)
    make_attempt(edit)
    put("shortapi", quiet_until=timezone.now() + timedelta(seconds=5))
    assert reroute_waiting() == 0
    put("shortapi", quiet_until=timezone.now() + timedelta(minutes=15))
    assert reroute_waiting() == 1
    assert waiting_at(edit) == ["apipod"]
    assert "asked us to send nothing new until" in Attempt.objects.get(edit=edit, state="not_sent").error_message


def test_while_one_probes_the_others_go_elsewhere(credit):
    edit = make_edit(credit.workspace, **BOTH)
    make_attempt(edit)
    rest("shortapi", ahead=timedelta(seconds=-1))
    assert reroute_waiting() == 0  # half open, and this may be what probes it
    put("shortapi", probe="att_other", probe_until=timezone.now() + timedelta(minutes=1))
    assert reroute_waiting() == 1


@pytest.mark.parametrize(
    "columns",
    [
        {**BOTH, "provider_asked": "shortapi"},
        {**BOTH, "route": ["shortapi"]},
        {**BOTH, "route": ["shortapi", "apikley"]},  # which rests too
        {**BOTH, "cancel_asked": True},
        {**BOTH, "deadline_at": timezone.now() - timedelta(seconds=1)},
    ],
)
def test_who_is_pinned_has_nobody_else_or_is_at_its_end_stays(credit, columns):
    edit = make_edit(credit.workspace, **columns)
    attempt = make_attempt(edit)
    rest("shortapi")
    rest("apikley")
    assert reroute_waiting() == 0
    attempt.refresh_from_db()
    assert (attempt.state, attempt.error_code) == ("intent", "")


def test_who_was_refused_elsewhere_already_is_not_sent_there_again(credit):
    edit = make_edit(credit.workspace, **BOTH)
    make_attempt(edit, AttemptState.REJECTED, provider="apipod", error_code="rejected")
    make_attempt(edit)
    rest("shortapi")
    assert reroute_waiting() == 0


def test_what_was_sent_already_is_left_alone(credit):
    attempt = make_attempt(make_edit(credit.workspace, **BOTH), AttemptState.ACCEPTED)
    rest("shortapi")
    assert reroute_waiting() == 0
    attempt.refresh_from_db()
    assert attempt.state == "accepted"


def test_those_that_must_wait_stand_in_nobodys_way(credit):
    for _ in range(3):
        make_attempt(make_edit(credit.workspace, **{**BOTH, "route": ["shortapi"]}))
    edit = make_edit(credit.workspace, **BOTH)
    make_attempt(edit)
    rest("shortapi")
    assert reroute_waiting(batch=2) == 1
    assert waiting_at(edit) == ["apipod"]


def test_six_pictures_become_as_many_orders_as_the_next_provider_needs(credit):
    edit = make_edit(credit.workspace, n=6, **{**BOTH, "route": ["shortapi", "apikley"]})
    make_attempt(edit)
    rest("shortapi")
    assert reroute_waiting() == 1
    assert set(waiting_at(edit)) == {"apikley"}
    assert sum(Attempt.objects.filter(edit=edit, state="intent").values_list("n", flat=True)) == 6
