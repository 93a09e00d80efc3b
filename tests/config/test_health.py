"""The two addresses that probes ask."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as own_settings
from django.test import Client, override_settings
from django.utils import timezone
from django_q.models import OrmQ

from editor.attempts import AttemptState
from editor.models import Attempt, Heartbeat, ProviderState
from tests.editor.rows import make_attempt, make_edit


def test_healthz_answers_without_login_database_host_name_or_https() -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["pictures.example.com"]):
        answer = Client().get("/healthz", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"status": "ok"}, "no-store")


@pytest.mark.django_db
def test_readyz_is_well_when_nothing_waits_and_the_sweeper_has_just_been_round() -> None:
    Heartbeat.beat(Heartbeat.SWEEPER)
    with override_settings(SECURE_SSL_REDIRECT=True):
        answer = Client().get("/readyz", headers={"host": "10.1.2.3"})
    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "ok")
    assert body["checks"] == {
        "database": {"ok": True},
        "queue": {"ok": True, "oldest_task_seconds": 0.0, "oldest_attempt_seconds": 0.0},
        "sweeper": {"ok": True, "seconds_ago": body["checks"]["sweeper"]["seconds_ago"]},
    }


@pytest.mark.django_db
def test_readyz_fails_when_no_sweeper_ever_ran() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert answer.json()["checks"]["sweeper"] == {"ok": False, "seconds_ago": None}


@pytest.mark.django_db
def test_readyz_fails_when_the_sweeper_is_silent_for_more_than_a_minute() -> None:
    Heartbeat.objects.create(name=Heartbeat.SWEEPER, at=timezone.now() - timedelta(seconds=90))
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert 90 <= answer.json()["checks"]["sweeper"]["seconds_ago"] < 120


@pytest.mark.django_db
def test_readyz_fails_when_a_task_is_not_fetched_but_not_when_one_is_worked_on() -> None:
    Heartbeat.beat(Heartbeat.SWEEPER)
    OrmQ.objects.create(key="default", payload="", lock=timezone.now() + timedelta(hours=1))
    assert Client().get("/readyz").status_code == 200
    OrmQ.objects.create(key="default", payload="", lock=timezone.now() - timedelta(seconds=200))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["queue"]["ok"]) == (503, False)
    assert answer.json()["checks"]["sweeper"]["ok"] is True


@pytest.mark.django_db
def test_readyz_fails_when_an_order_could_be_sent_and_is_not_or_a_job_is_not_asked_after(alice) -> None:
    Heartbeat.beat(Heartbeat.SWEEPER)
    attempt = make_attempt(make_edit(alice.workspace), due_at=timezone.now() - timedelta(seconds=200))
    assert Client().get("/readyz").status_code == 503
    Attempt.objects.filter(id=attempt.id).update(due_at=timezone.now() - timedelta(seconds=20))
    assert Client().get("/readyz").status_code == 200
    make_attempt(make_edit(alice.workspace), AttemptState.ACCEPTED, due_at=timezone.now() - timedelta(seconds=200))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["queue"]["ok"]) == (503, False)


NOW, LATER = timezone.now(), timezone.now() + timedelta(hours=5)


def stopped(**columns):
    return lambda _: ProviderState.objects.filter(name="shortapi").update(**columns)


def full(workspace, state=AttemptState.ACCEPTED, **columns):
    hung = timezone.now() - timedelta(minutes=5)
    make_attempt(make_edit(workspace), state, **{"due_at": None, "started_at": hung, **columns})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "why",
    [
        stopped(disabled_at=NOW),
        stopped(open_until=LATER),
        stopped(open_until=NOW, probe="att_1", probe_until=LATER),
        stopped(quiet_until=LATER),
        lambda workspace: [full(workspace) for _ in range(3)],
        lambda workspace: [full(workspace, provider="apipod") for _ in range(4)],
        lambda workspace: full(workspace, started_at=timezone.now()),
        lambda workspace: full(workspace, AttemptState.REJECTED, started_at=timezone.now(), finished_at=timezone.now()),
    ],
    ids=["disabled", "resting", "probed", "quiet", "full", "workspace full", "moving", "moved"],
)
def test_readyz_is_well_while_orders_only_wait_for_their_turn(alice, settings, why) -> None:
    Heartbeat.beat(Heartbeat.SWEEPER)
    settings.WORKSPACE_CONCURRENCY = 4
    settings.PROVIDERS = {**settings.PROVIDERS, "shortapi": replace(settings.PROVIDERS["shortapi"], concurrency=3)}
    make_attempt(make_edit(alice.workspace), due_at=timezone.now() - timedelta(seconds=500))
    assert Client().get("/readyz").status_code == 503
    why(alice.workspace)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["queue"]["oldest_attempt_seconds"]) == (200, 0)


@pytest.mark.django_db
def test_readyz_takes_tests_neither_for_orders_that_stand_still_nor_for_a_provider_that_moves(alice) -> None:
    Heartbeat.beat(Heartbeat.SWEEPER)
    long_ago = timezone.now() - timedelta(seconds=500)
    rehearsal = make_edit(alice.workspace, is_test=True)
    make_attempt(rehearsal, due_at=long_ago, is_test=True)
    assert Client().get("/readyz").json()["checks"]["queue"]["oldest_attempt_seconds"] == 0
    make_attempt(make_edit(alice.workspace), due_at=long_ago)
    make_attempt(rehearsal, AttemptState.ACCEPTED, part=2, started_at=timezone.now(), due_at=None, is_test=True)
    assert Client().get("/readyz").status_code == 503


def test_readyz_says_so_when_the_database_is_gone() -> None:
    code = "import django; django.setup()\nfrom config.health import readyz\nanswer = readyz()"
    run = subprocess.run(
        [sys.executable, "-c", code + "; print(answer.status_code, answer.text)"],
        capture_output=True,
        check=True,
        cwd=own_settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/x",
        },
        text=True,
    )
    assert run.stdout == '503 {"status": "failing", "checks": {"database": {"ok": false}}}\n'
    assert json.loads(run.stderr)["error"] == "OperationalError"


@pytest.mark.django_db
def test_a_heartbeat_moves_the_same_row_on() -> None:
    Heartbeat.objects.create(name=Heartbeat.SWEEPER, at=timezone.now() - timedelta(days=1))
    Heartbeat.beat(Heartbeat.SWEEPER)
    row = Heartbeat.objects.get()
    assert abs(timezone.now() - row.at) < timedelta(minutes=1)
