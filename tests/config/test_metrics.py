"""What Prometheus gets: who may read it, exact values, and always the same number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from billing.ledger import book_cost
from editor.attempts import AttemptState
from editor.models import Alert, Attempt, AttemptTotal, Heartbeat, ProviderState, Wave
from editor.providers.registry import PROVIDERS
from editor.services.total_attempts import total_attempts
from tests.accounts.doors import enter_as_staff
from tests.editor.rows import COST, make_attempt, make_edit

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def scrape() -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = Client().get("/metrics", headers=BEARER)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(found: dict[tuple[str, frozenset[tuple[str, str]]], float], name: str, **labels: str) -> float | None:
    return found.get((f"pentimento_{name}", frozenset(labels.items())))


def end(alice, state: AttemptState, *, seconds: float = 4.0, ago: float = 10.0, **columns) -> None:
    finished = timezone.now() - timedelta(seconds=ago)
    columns = {"started_at": finished - timedelta(seconds=seconds), "finished_at": finished, "due_at": None, **columns}
    make_attempt(make_edit(alice.workspace), state, **columns)


def test_attempts_are_counted_by_provider_and_outcome_and_what_never_was_is_zero(alice):
    for _ in range(3):
        end(alice, AttemptState.DELIVERED)
    end(alice, AttemptState.DELIVERED, provider="apipod", ago=30 * 86400)
    end(alice, AttemptState.LOST)
    make_attempt(make_edit(alice.workspace), AttemptState.ACCEPTED)
    found = scrape()
    counted = {labels: number for (name, labels), number in found.items() if name == "pentimento_attempts_total"}
    assert len(counted) == len(PROVIDERS) * 6
    assert value(found, "attempts_total", provider="shortapi", outcome="delivered") == 3
    assert value(found, "attempts_total", provider="shortapi", outcome="lost") == 1
    assert value(found, "attempts_total", provider="apipod", outcome="delivered") == 1
    assert sum(counted.values()) == 5


def test_counting_ahead_changes_no_total_and_counts_nothing_twice(alice):
    for ago in (5.0, 599.0, 601.0, 86400.0):
        end(alice, AttemptState.DELIVERED, ago=ago)

    def delivered() -> float | None:
        return value(scrape(), "attempts_total", provider="shortapi", outcome="delivered")

    assert delivered() == 4
    total_attempts()
    assert AttemptTotal.objects.get().count == 2
    assert delivered() == 4
    total_attempts()
    end(alice, AttemptState.DELIVERED)
    AttemptTotal.objects.update(through=timezone.now() - timedelta(seconds=602))
    assert delivered() == 6  # as it would be counted twice, were the mark not moved
    AttemptTotal.objects.update(through=timezone.now() - timedelta(seconds=600))
    Attempt.objects.filter(finished_at__lt=timezone.now() - timedelta(seconds=600)).delete()
    assert delivered() == 5


def test_what_is_under_way_is_told_from_what_waits(alice):
    for state in (AttemptState.INTENT, AttemptState.SUBMITTING, AttemptState.UNKNOWN):
        make_attempt(make_edit(alice.workspace), state, provider="pixazo")
    wave = Wave.objects.create(expires_at=timezone.now() + timedelta(seconds=10))
    make_attempt(make_edit(alice.workspace), AttemptState.INTENT, provider="pixazo", wave=wave, due_at=None)
    found = scrape()
    assert value(found, "attempts_waiting", provider="pixazo") == 1
    assert value(found, "attempts_waiting", provider="shortapi") == 0
    states = {state: value(found, "attempts_in_flight", provider="pixazo", state=state) for state in AttemptState}
    assert {state: count for state, count in states.items() if count} == {"intent": 1, "submitting": 1, "unknown": 1}
    assert value(found, "waves_claiming") == 1


def test_durations_are_those_of_the_last_minutes(alice):
    for seconds in (0.5, 4.0, 14.0, 1000.0):
        end(alice, AttemptState.DELIVERED, seconds=seconds)
    end(alice, AttemptState.DELIVERED, seconds=4.0, ago=301)
    end(alice, AttemptState.CANCELED, started_at=None)
    found = scrape()
    buckets = {
        edge: value(found, "attempt_recent_duration_seconds_bucket", provider="shortapi", le=edge)
        for edge in ("1.0", "2.0", "5.0", "15.0", "600.0", "+Inf")
    }
    assert buckets == {"1.0": 1, "2.0": 1, "5.0": 2, "15.0": 3, "600.0": 3, "+Inf": 4}
    assert value(found, "attempt_recent_duration_seconds_gcount", provider="shortapi") == 4
    assert value(found, "attempt_recent_duration_seconds_gsum", provider="shortapi") == pytest.approx(1018.5)


def test_providers_show_breaker_switch_measurements_and_suspense(alice):
    now = timezone.now()
    row = ProviderState.objects.filter
    row(name="shortapi").update(median_seconds=4.5, p95_seconds=11.0, success_rate=0.75)
    row(name="pixazo").update(open_until=now + timedelta(minutes=1), disabled_at=now, disabled_reason="no answer")
    row(name="apipod").update(open_until=now - timedelta(minutes=1))
    book_cost(attempt="att_1", provider="apikley", amount=COST, certain=False)
    book_cost(attempt="att_2", provider="apikley", amount=COST, certain=True)
    found = scrape()
    breakers = {name: value(found, "provider_breaker_state", provider=name) for name in PROVIDERS}
    assert breakers == {"shortapi": 0, "pixazo": 2, "apikley": 0, "aimlapi": 0, "apipod": 1}
    disabled = {name: value(found, "provider_disabled", provider=name) for name in PROVIDERS}
    assert disabled == {"shortapi": 0, "pixazo": 1, "apikley": 0, "aimlapi": 0, "apipod": 0}
    assert value(found, "provider_latency_seconds", provider="shortapi", quantile="0.5") == 4.5
    assert value(found, "provider_latency_seconds", provider="shortapi", quantile="0.95") == 11.0
    assert value(found, "provider_latency_seconds", provider="pixazo", quantile="0.5") is None
    assert value(found, "provider_success_ratio", provider="shortapi") == 0.75
    assert value(found, "suspense_usd", provider="apikley") == 0.038
    assert value(found, "suspense_usd", provider="shortapi") == 0


def test_what_is_overdue_and_who_last_gave_a_sign_are_ages_in_seconds(alice):
    now = timezone.now()
    make_attempt(make_edit(alice.workspace), AttemptState.ACCEPTED, due_at=now - timedelta(minutes=5))
    make_attempt(make_edit(alice.workspace), provider="apipod", due_at=now - timedelta(minutes=9))  # was sent another
    make_attempt(make_edit(alice.workspace), AttemptState.ACCEPTED, provider="apipod", due_at=None, started_at=now)
    OrmQ.objects.create(key="waves", payload="", lock=now - timedelta(minutes=2))
    Heartbeat.objects.create(name=Heartbeat.SWEEPER, at=now - timedelta(seconds=40))
    for subject in ("pixazo", "apipod"):
        Alert.objects.create(kind="breaker_open", subject=subject, message="ten failures")
    Alert.objects.create(kind="attempt_lost", subject="att_1", message="lost", closed_at=now)
    found = scrape()
    assert value(found, "oldest_due_attempt_age_seconds") == pytest.approx(300, abs=20)
    assert value(found, "oldest_queued_task_age_seconds") == pytest.approx(120, abs=20)
    assert value(found, "sweeper_age_seconds") == pytest.approx(40, abs=20)
    assert value(found, "alerts_open", kind="breaker_open") == 2
    assert value(found, "alerts_open", kind="attempt_lost") is None


def test_before_the_sweepers_first_round_it_has_no_age(db):
    assert value(scrape(), "sweeper_age_seconds") is None


def test_who_asks_for_openmetrics_gets_it_whole(db):
    answer = Client().get("/metrics", headers={**BEARER, "Accept": "application/openmetrics-text; version=1.0.0"})
    families = {family.name: family for family in open_metrics(answer.content.decode())}
    assert families["pentimento_attempts"].type == "counter"
    assert families["pentimento_attempt_recent_duration_seconds"].type == "gaugehistogram"
    assert all(family.documentation for family in families.values())


def test_staff_read_it_in_a_browser_too(alice):
    User.objects.filter(id=alice.user.id).update(is_staff=True)
    client = Client()
    enter_as_staff(client, alice.user)
    assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"}],
    ids=["nothing", "another token", "no scheme", "another scheme"],
)
def test_to_everybody_else_there_is_nothing_here(alice, headers):
    client = Client()
    client.force_login(alice.user)
    missing = client.get("/nothing-here", headers=headers)
    for caller in (client, Client()):
        answer = caller.get("/metrics", headers=headers)
        assert answer.status_code == missing.status_code == 404
        assert b"pentimento_" not in answer.content


@pytest.mark.parametrize("header", ["Bearer ", "Bearer", "Bearer None"])
def test_without_a_token_of_ours_no_token_is_right(settings, db, header):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": header}).status_code == 404


def test_it_takes_as_many_queries_with_many_attempts_as_with_none(alice):
    def ask() -> int:
        with CaptureQueriesContext(connection) as caught:
            scrape()
        return len(caught)

    none = ask()
    for provider in PROVIDERS:
        for state in AttemptState:
            end(alice, state, provider=provider)
        make_attempt(make_edit(alice.workspace), provider=provider)
    assert ask() == none <= 17  # one of them opens the wall everywhere, one shuts it
