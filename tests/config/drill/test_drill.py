"""`manage.py drill` on the running product: what it shows, what it refuses, and that it would see a second payment."""

import threading
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from config.drill.report import Report
from config.env import ProviderEnv
from editor.models import Alert, Attempt, Edit, ProviderState
from editor.simulator.faults import FAULTS
from editor.sweeper import sweep
from editor.waves.loop import run_wave
from tests.books import assert_books_are_right
from tests.conftest import Person
from tests.editor.rows import COST, PRICE, make_image
from tests.simulator_fixture import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def working(upstream: Simulator, credit: Person) -> Iterator[Person]:
    """Waves run, one after another, and the sweeper between them, beside the test."""
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.is_set():
                run_wave(0.5)
                sweep()
        finally:
            connections.close_all()

    make_image(credit.workspace)
    thread = threading.Thread(target=work)
    thread.start()
    yield credit
    stop.set()
    thread.join()
    assert_books_are_right()


def drill(*arguments: str) -> str:
    out = StringIO()
    call_command("drill", *arguments, stdout=out)
    return out.getvalue()


def test_a_drill_is_told_as_it_goes_and_summed_up(working, upstream):
    said = drill("fail_job", "--key", working.key)
    for words in (
        "orders fail_job from shortapi: the job fails and is refunded",
        "simulator  posts 1",
        "attempt 1  shortapi failed, job sim-",
        "edit       failed",
        "attempts  failed (job_failed)",
        "charge    $0.00 to the customer",
        "jobs      1 made, 0 billed, 1 refunded",
        "paid at most once: yes",
    ):
        assert words in said, said
    edit = Edit.objects.get()
    assert (edit.workspace_id, edit.provider_asked, edit.metadata) == (
        working.workspace.id,
        "shortapi",
        {"drill": "fail_job"},
    )
    assert upstream.counts()["posts"] == 1


def test_an_order_that_was_taken_and_never_answered_is_in_suspense_and_paid_once(working):
    said = drill("accept_then_drop", "--deadline", "5")
    for words in (
        "attempt 1  shortapi unknown (outcome_unknown",
        "edit      failed after",
        "attempts  lost (deadline_exceeded)",
        "charge    $0.00 to the customer",
        "upstream  $0.00 owed, $0.038 in suspense",
        "1 made, 1 billed",
        "paid at most once: yes",
    ):
        assert words in said, said
    assert Attempt.objects.count() == 1


def test_after_a_drill_the_breaker_is_as_it_was(working):
    said = drill("out_of_credit")
    assert "attempts  rejected (provider_account)" in said
    assert ProviderState.objects.get(name="shortapi").open_until is None
    assert not Alert.objects.filter(closed_at=None).exists()


def test_what_is_not_on_this_machine_gets_no_order(credit, settings):
    settings.PROVIDERS = {**settings.PROVIDERS, "shortapi": ProviderEnv("https://api.shortapi.ai", "key", ())}
    with pytest.raises(CommandError, match=r"would buy pictures\. Nothing was ordered"):
        drill("hang")
    settings.PROVIDERS = {**settings.PROVIDERS, "shortapi": ProviderEnv("", "key", ())}
    with pytest.raises(CommandError, match="not on this machine"):
        drill("hang")
    assert not Edit.objects.exists()


def test_what_is_on_this_machine_and_no_simulator_gets_no_order(credit, shortapi):
    with pytest.raises(CommandError, match="does not answer as our simulator"):
        drill("hang")
    assert not Edit.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Name a fault"),
        (["earthquake"], "Name a fault"),
        (["hang", "--deadline", "4"], "5 to 3600 seconds"),
        (["hang", "--workspace", "wsp_none"], "no such workspace"),
        (["hang", "--key", "pnt_live_none"], "no key that works here"),
    ],
)
def test_what_cannot_be_drilled_is_said(credit, upstream, arguments, says):
    with pytest.raises(CommandError, match=says):
        drill(*arguments)
    assert not Edit.objects.exists()
    assert upstream.counts()["faults_waiting"] == []


def test_without_credit_nothing_is_ordered_and_it_is_said(alice, upstream):
    make_image(alice.workspace)
    with pytest.raises(CommandError, match="The edit was refused"):
        drill("reject")
    assert upstream.counts()["posts"] == 0


def test_every_fault_is_listed_with_what_it_does():
    said = drill("--list").splitlines()
    assert len(said) == len(FAULTS)
    assert said[0].split(maxsplit=1) == ["accept_then_drop", FAULTS["accept_then_drop"].says]


@pytest.fixture
def report() -> Callable[..., Report]:
    facts = {
        "fault": "hang", "provider": "shortapi", "status": "failed", "ended": True, "seconds": 5.0,
        "attempts": ("lost",), "jobs": 1, "refunded": 0, "struck": True, "charged": PRICE, "owed": 0, "suspense": COST,
    }  # fmt: skip
    return lambda **changes: Report(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "passed"),
    [
        ({}, True),
        ({"jobs": 2}, False),
        ({"jobs": 2, "refunded": 1}, True),
        ({"jobs": 0}, True),
        ({"ended": False}, False),
    ],
)
def test_a_drill_fails_when_two_jobs_were_billed_or_the_edit_did_not_end(report, changes, passed):
    one = report(**changes)
    assert one.passed is passed
    assert ("paid at most once: NO" in one.summary()) is (not one.paid_once)
