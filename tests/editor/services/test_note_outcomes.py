"""Noting outcomes: counted once each, judged together, said to staff once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from editor.breaker import Outcome
from editor.models import Alert, ProviderState, ProviderTally
from editor.services.note_outcomes import Noted, note_outcomes

pytestmark = pytest.mark.django_db


def note(outcome, count=1, *, attempt="att_1", **facts):
    note_outcomes([Noted("apipod", attempt, outcome, **facts) for _ in range(count)])


def state():
    return ProviderState.objects.get(name="apipod")


def put(**columns):
    ProviderState.objects.filter(name="apipod").update(**columns)


def half_open(**columns):
    past, ahead = timezone.now() - timedelta(seconds=1), timezone.now() + timedelta(seconds=60)
    put(open_until=past, open_seconds=30, open_code="failing", probe="att_1", probe_until=ahead, **columns)


def open_alerts():
    return list(Alert.objects.filter(closed_at=None).values_list("kind", "subject", "times"))


def counted():
    return ProviderTally.objects.aggregate(good=Sum("successes"), bad=Sum("failures"))


def test_nine_failures_leave_it_closed_and_the_tenth_opens_it_for_half_a_minute():
    note(Outcome.BAD, 9, reason="Error 500")
    assert (state().open_until, open_alerts()) == (None, [])
    note(Outcome.BAD, reason="Error 500")
    opened = state()
    assert (opened.open_seconds, opened.open_code, opened.open_reason) == (30, "failing", "Error 500")
    assert opened.open_until - opened.opened_at == timedelta(seconds=30)
    assert open_alerts() == [("breaker_open", "apipod", 1)]
    assert Alert.objects.get().message == "apipod: Error 500"


def test_failures_among_more_successes_open_nothing():
    note(Outcome.GOOD, 11)
    note(Outcome.BAD, 10)
    assert (state().open_until, counted()) == (None, {"good": 11, "bad": 10})


def test_what_is_more_than_a_minute_old_no_longer_counts():
    ProviderTally.objects.create(provider="apipod", at=timezone.now() - timedelta(seconds=61), failures=50)
    note(Outcome.BAD, 9)
    assert state().open_until is None


def test_another_providers_failures_are_its_own():
    note_outcomes([Noted("apikley", "att_1", Outcome.BAD) for _ in range(10)])
    note(Outcome.BAD)
    assert state().open_until is None
    assert ProviderState.objects.get(name="apikley").open_until is not None


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.LIMITED])
def test_what_is_nobodys_fault_counts_nothing(outcome):
    note(outcome, 50)
    assert (state().open_until, ProviderTally.objects.count()) == (None, 0)


def test_our_account_turned_away_opens_it_at_once_with_one_alert_however_many_edits():
    note(Outcome.ACCOUNT, 30, reason="Insufficient balance")
    note(Outcome.ACCOUNT, 30, reason="Insufficient balance")
    assert (state().open_seconds, state().open_code) == (30, "account")
    assert open_alerts() == [("provider_account", "apipod", 1)]


def test_an_account_error_while_it_rests_for_failures_is_said_too():
    note(Outcome.BAD, 10)
    until = state().open_until
    note(Outcome.ACCOUNT, 5, reason="Bad key")
    assert (state().open_code, state().open_until) == ("account", until)
    assert open_alerts() == [("breaker_open", "apipod", 1), ("provider_account", "apipod", 1)]


def test_what_a_budget_opened_stays_its_until_a_probe():
    put(open_until=timezone.now() + timedelta(hours=1), open_code="suspense_budget")
    note(Outcome.ACCOUNT, 5)
    assert (state().open_code, open_alerts()) == ("suspense_budget", [])


@pytest.mark.parametrize("outcome", [Outcome.GOOD, Outcome.ANSWERED])
def test_a_probes_success_closes_it_forgets_the_past_and_closes_the_alerts(outcome):
    note(Outcome.BAD, 10)
    half_open()
    note(outcome)
    closed = state()
    assert (closed.open_until, closed.open_seconds, closed.open_code, closed.probe) == (None, 0, "", "")
    (alert,) = Alert.objects.all()
    assert (alert.note, alert.closed_by, alert.closed_at is not None) == ("closed: a probe succeeded", None, True)
    note(Outcome.BAD, 9)
    assert state().open_until is None


def test_a_probe_that_fails_opens_it_for_twice_as_long_and_raises_the_same_alert_again():
    note(Outcome.BAD, 10)
    opened_at = state().opened_at
    half_open()
    note(Outcome.BAD, reason="Error 502")
    again = state()
    assert (again.open_seconds, again.probe, again.open_reason, again.opened_at) == (60, "", "Error 502", opened_at)
    assert open_alerts() == [("breaker_open", "apipod", 2)]


def test_another_attempts_success_closes_nothing():
    half_open()
    note(Outcome.GOOD, attempt="att_2")
    assert (state().open_seconds, state().probe) == (30, "att_1")


def test_a_wish_for_quiet_is_kept_is_never_shortened_and_is_a_quarter_of_an_hour_at_most():
    note(Outcome.LIMITED, retry_after=100.0)
    quiet = state().quiet_until
    note(Outcome.LIMITED, retry_after=1.0)
    note(Outcome.LIMITED, retry_after=None)
    assert (state().quiet_until, state().open_until) == (quiet, None)
    note(Outcome.LIMITED, retry_after=1e9)
    assert timedelta(minutes=14) < state().quiet_until - timezone.now() <= timedelta(minutes=15)


def test_a_healthy_providers_outcomes_cost_three_queries(django_assert_num_queries):
    with django_assert_num_queries(3):  # count; the row; the last minute
        note(Outcome.GOOD, 100)


@pytest.mark.django_db(transaction=True)
def test_many_failures_at_once_open_it_once_and_all_are_counted():
    together = threading.Barrier(4)

    def fail():
        together.wait()
        for _ in range(25):
            note(Outcome.BAD, reason="Error 500")
        connections.close_all()

    threads = [threading.Thread(target=fail) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted() == {"good": 0, "bad": 100}
    assert (state().open_seconds, open_alerts()) == (30, [("breaker_open", "apipod", 1)])
