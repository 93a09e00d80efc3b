"""The breaker end to end: real waves, the simulator's faults, and what becomes of everybody's edits."""

import socket
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from config.env import ProviderEnv
from editor.domain import Actor, EditRequest
from editor.models import Alert, Attempt, Edit, ProviderState
from editor.services.measure_providers import measure_providers
from editor.services.submit_edit import submit_edit
from editor.sweeper import sweep
from editor.waves.loop import run_wave
from tests.books import assert_books_are_right
from tests.conftest import simulate
from tests.editor.rows import make_image
from tests.editor.waves.test_waves import ended, run_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def upstream(simulator, settings):
    """ShortAPI, the cheaper, and AI/ML API are on, with the simulator behind them."""
    return simulate(simulator, settings, "shortapi", "aimlapi")


@pytest.fixture
def submit(credit, upstream):
    actor = Actor(credit.workspace.id, user_id=credit.user.id)
    image = make_image(credit.workspace)

    def submit(count=1, **facts):
        request = EditRequest(**{"prompt": "warmer light", "images": (image.id,), **facts})
        return [submit_edit(actor=actor, request=request) for _ in range(count)]

    yield submit
    assert_books_are_right()


@pytest.fixture
def hanging(settings, upstream):
    """ShortAPI takes connections and never answers, until the function that this gives is called."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    taken = []

    def accept():
        while True:
            try:
                taken.append(listener.accept()[0])
            except OSError:
                return

    def release():
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for one in taken:
            one.close()

    accepting = threading.Thread(target=accept)
    accepting.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings.PROVIDERS = {**settings.PROVIDERS, "shortapi": ProviderEnv(address, "a-key", ())}
    yield release
    accepting.join()


def shortapi():
    return ProviderState.objects.get(name="shortapi")


def rest_is_over():
    ProviderState.objects.filter(name="shortapi").update(open_until=timezone.now() - timedelta(seconds=1))


def states(edits):
    return sorted(Attempt.objects.filter(edit__in=edits).values_list("provider", "state"))


def all_ended(edits):
    return lambda: not Edit.objects.filter(id__in=[edit.id for edit in edits], finished_at=None).exists()


def fail_until_it_opens(submit, upstream):
    upstream.order("error_500", times=10)
    submit(10, provider="shortapi")
    run_until(lambda: shortapi().open_until is not None)


def test_ten_errors_open_it_auto_edits_go_elsewhere_and_a_pinned_one_waits_for_the_probe(submit, upstream):
    fail_until_it_opens(submit, upstream)
    assert upstream.counts("shortapi")["posts"] == 10
    (auto,), (pinned,) = submit(), submit(provider="shortapi")
    assert (auto.route, pinned.route) == (["aimlapi"], ["shortapi"])
    until = f"{shortapi().open_until:%H:%M} UTC"
    reasons = {verdict["provider"]: verdict["reason"] for verdict in auto.routing}
    assert reasons["shortapi"] == f"is resting after failures until {until}: {shortapi().open_reason}"
    run_until(ended(auto))
    assert auto.status == "succeeded"
    pinned.refresh_from_db()
    assert (pinned.status, upstream.counts("shortapi")["posts"]) == ("queued", 10)
    rest_is_over()
    run_until(ended(pinned))
    assert pinned.status == "succeeded"
    assert (shortapi().open_until, upstream.counts("shortapi")["posts"]) == (None, 11)
    (alert,) = Alert.objects.filter(kind="breaker_open")
    assert (alert.subject, alert.times, alert.note) == ("shortapi", 1, "closed: a probe succeeded")


def test_a_probe_that_fails_makes_the_rest_longer_and_only_one_is_sent(submit, upstream):
    fail_until_it_opens(submit, upstream)
    upstream.order("error_500", times=None)
    submit(5, provider="shortapi")
    rest_is_over()
    run_until(lambda: shortapi().open_seconds == 60)
    run_wave(0.3)
    assert upstream.counts("shortapi")["posts"] == 11
    assert Attempt.objects.filter(state="intent").count() == 4


def test_without_credit_upstream_all_thirty_edits_go_elsewhere_and_staff_hear_of_it_once(submit, upstream):
    upstream.order("out_of_credit", times=None)
    edits = submit(30)
    assert {edit.route[0] for edit in edits} == {"shortapi"}

    def over():
        sweep()
        return all_ended(edits)()

    run_until(over)
    assert set(Edit.objects.values_list("status", "provider")) == {("succeeded", "aimlapi")}
    assert upstream.counts("shortapi")["jobs"] == 0
    (alert,) = Alert.objects.all()
    assert (alert.kind, alert.subject, alert.times) == ("provider_account", "shortapi", 1)
    assert shortapi().open_code == "account"


def test_orders_that_wait_when_it_opens_are_taken_back_and_given_to_the_next(submit, upstream):
    edits = submit(20)
    ProviderState.objects.filter(name="shortapi").update(
        open_until=timezone.now() + timedelta(minutes=1), open_seconds=30, open_code="failing"
    )
    sweep()
    assert states(edits) == [("aimlapi", "intent")] * 20 + [("shortapi", "not_sent")] * 20
    run_until(all_ended(edits))
    assert set(Edit.objects.values_list("status", "provider")) == {("succeeded", "aimlapi")}
    assert upstream.counts("shortapi")["posts"] == 0


def test_a_provider_that_hangs_leaves_the_others_edits_alone(submit, hanging):
    hung, others = submit(12, provider="shortapi"), submit(8, provider="aimlapi")
    wave = threading.Thread(target=run_wave, args=(1.0,))
    wave.start()
    over = all_ended(others)
    while not over():
        wave.join(timeout=0.05)
        assert wave.is_alive()
    assert states(hung) == [("shortapi", "submitting")] * 12
    hanging()
    wave.join()
    assert set(Edit.objects.filter(id__in=[edit.id for edit in others]).values_list("status")) == {("succeeded",)}
    assert states(hung) == [("shortapi", "unknown")] * 12
    assert shortapi().open_code == "failing"


def test_what_is_the_edits_own_fault_opens_nothing(submit, upstream):
    for fault in ("content_refused", "image_unfetchable", "reject"):
        upstream.order(fault, times=6)
        edits = submit(6, provider="shortapi", deadline_seconds=5)
        run_until(lambda edits=edits: not Attempt.objects.filter(edit__in=edits, finished_at=None, epoch=0).exists())
    assert (shortapi().open_until, Alert.objects.count()) == (None, 0)


def test_a_busy_provider_is_sent_nothing_new_for_as_long_as_it_asked(submit, upstream):
    upstream.order("rate_limit", retry_after="60")
    submit(provider="shortapi")
    run_until(lambda: shortapi().quiet_until is not None)
    (edit,) = submit(provider="shortapi")
    run_wave(0.3)
    edit.refresh_from_db()
    assert (edit.status, upstream.counts("shortapi")["posts"]) == ("queued", 1)
    assert shortapi().open_until is None


def test_what_was_delivered_is_measured_and_the_faster_is_asked_first(submit, upstream):
    edits = submit(2, provider="shortapi") + submit(2, provider="aimlapi")
    run_until(all_ended(edits))
    measure_providers()
    measured = dict(ProviderState.objects.filter(samples=2).values_list("name", "median_seconds"))
    assert sorted(measured) == ["aimlapi", "shortapi"]
    (edit,) = submit(strategy="fastest")
    assert edit.route == sorted(measured, key=lambda name: measured[name] or 0)
