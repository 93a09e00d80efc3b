"""Waves against APIPod, the one provider to whom an order of unknown fate is sent again: many POSTs, one job."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from billing.facade import balance
from billing.models import Hold
from billing.price_book import set_price
from config.env import ProviderEnv
from editor.attempts import AttemptState
from editor.domain import Actor, EditRequest
from editor.models import Attempt, Edit, Wave
from editor.providers.transport import Transport
from editor.services.receive_callback import receive_callback
from editor.services.submit_edit import submit_edit
from editor.sweeper import sweep
from editor.waves import lease
from editor.waves.claims import claim
from editor.waves.drive import drive
from editor.waves.loop import Wave as Run
from editor.waves.loop import run_wave
from editor.waves.orders import stored_orders, write_orders
from tests.books import assert_books_are_right
from tests.conftest import OFF
from tests.editor.rows import make_image
from tests.editor.waves.test_waves import ended, in_state, run_until, token_of

pytestmark = pytest.mark.django_db(transaction=True)

PRICE = 50_000


class Upstream:
    """The simulated APIPod."""

    def __init__(self, simulator, settings):
        self.simulator = simulator
        self.settings = settings
        self.at(simulator.base_url("apipod"))

    def at(self, url):
        self.settings.PROVIDERS = {**OFF, "apipod": ProviderEnv(url, "test-key-of-apipod", ())}

    def order(self, fault, **options):
        self.simulator.order(fault, provider="apipod", **options)

    @property
    def counts(self):
        return self.simulator.counts("apipod")


@pytest.fixture
def apipod(simulator, settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    return Upstream(simulator, settings)


@pytest.fixture
def submit(credit, apipod):
    set_price(provider="apipod", model="seedream-4.5", resolutions=["2K", "4K"], amount=40_000, source="test")
    actor = Actor(credit.workspace.id, user_id=credit.user.id)

    def submit(**changes):
        facts = {"prompt": "warmer light", "images": (make_image(credit.workspace).id,), **changes}
        return submit_edit(actor=actor, request=EditRequest(**facts))

    yield submit
    assert_books_are_right()


def due_now(edit):
    """Let the attempt be looked into at once instead of in some seconds."""
    Attempt.objects.filter(edit=edit, wave=None, state=AttemptState.UNKNOWN).update(due_at=timezone.now())


def orphan(edit):
    """What a process leaves behind that died while submitting; gives the request it was about to send."""
    (held,) = claim(lease.start(), 1)
    order = write_orders([held.id])[held.id]
    Attempt.objects.filter(id=held.id).update(
        state=AttemptState.SUBMITTING,
        payload=order.request.json,
        payload_sha256=order.payload_sha256,
        callback_sha256=order.callback_sha256,
        started_at=timezone.now(),
    )
    Wave.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return order.request


@pytest.mark.parametrize("fault", ["accept_then_drop", "html_200", "empty_200", "error_500", "in_progress", "drop"])
def test_an_order_whose_answer_is_lost_is_replayed_and_made_once(submit, apipod, credit, fault):
    apipod.order(fault)
    edit = submit()
    run_until(ended(edit))
    assert (edit.status, edit.charged) == ("succeeded", PRICE)
    attempt = Attempt.objects.get(edit=edit)
    assert (attempt.state, attempt.reported_cost) == ("delivered", "0.04")
    counts = apipod.counts
    assert (counts["posts"], counts["billed_usd"]) == (2, "0.04")
    assert (counts["posts_by_key"], counts["jobs_by_key"]) == ({attempt.id: 2}, {attempt.id: 1})
    assert balance(credit.workspace.id).spent == PRICE


def test_thirty_lost_answers_are_thirty_jobs(submit, apipod):
    apipod.order("accept_then_drop", times=30)
    for number in range(30):
        submit(prompt=f"picture {number}")
    run_until(lambda: not Edit.objects.filter(finished_at=None).exists())
    assert Edit.objects.filter(status="succeeded").count() == 30
    counts = apipod.counts
    assert (counts["posts"], counts["jobs"]) == (60, 30)
    assert set(counts["jobs_by_prompt"].values()) == {1}


def test_it_is_replayed_until_it_is_answered(submit, apipod):
    apipod.order("error_500", times=3)
    edit = submit()
    run_until(lambda: due_now(edit) or ended(edit)())
    assert edit.status == "succeeded"
    assert (apipod.counts["posts"], apipod.counts["jobs"]) == (4, 1)


@pytest.mark.parametrize("was_sent", [True, False], ids=["after", "before"])
def test_a_process_that_died_before_or_after_sending_leaves_one_job(submit, apipod, was_sent):
    edit = submit()
    request = orphan(edit)
    if was_sent:

        async def send():
            transport = Transport()
            await transport.send(request, seconds=5, max_bytes=100_000)
            await transport.close()

        asyncio.run(send())
    sweep()
    run_until(ended(edit))
    assert edit.status == "succeeded"
    assert (apipod.counts["posts"], apipod.counts["jobs"]) == (1 + was_sent, 1)


@pytest.mark.parametrize("fault", ["rate_limit", "out_of_credit", "bad_key"])
def test_what_becomes_of_the_replay_itself_says_nothing_of_the_order(submit, apipod, fault):
    apipod.order("accept_then_drop")
    apipod.order(fault)
    edit = submit()
    run_until(lambda: apipod.counts["refused"] == 1)
    attempt = Attempt.objects.get(edit=edit)
    assert attempt.state == "unknown"
    assert Hold.objects.get(reference=edit.id).state == "held"
    due_now(edit)
    run_until(ended(edit))
    assert edit.status == "succeeded"
    assert apipod.counts["jobs_by_key"] == {attempt.id: 1}


def test_a_provider_that_cannot_be_reached_any_more_leaves_it_unknown(submit, apipod):
    apipod.order("accept_then_drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    apipod.at("http://127.0.0.1:9")
    due_now(edit)
    run_wave(0.5)
    attempt = Attempt.objects.get(edit=edit)
    assert (attempt.state, attempt.due_at is not None) == ("unknown", True)
    apipod.at(apipod.simulator.base_url("apipod"))
    due_now(edit)
    run_until(ended(edit))
    assert (edit.status, apipod.counts["jobs"]) == ("succeeded", 1)


@pytest.mark.parametrize(("fault", "code"), [("reject", "rejected"), ("content_refused", "content_refused")])
def test_an_order_refused_when_it_is_replayed_was_never_taken(submit, apipod, credit, fault, code):
    apipod.order("drop")
    apipod.order(fault)
    edit = submit()
    run_until(ended(edit))
    assert (edit.status, edit.error_code, edit.charged) == ("failed", code, 0)
    assert Attempt.objects.get(edit=edit).state == "rejected"
    assert (apipod.counts["posts"], apipod.counts["jobs"]) == (2, 0)
    assert balance(credit.workspace.id).available == 10_000_000


def test_a_replay_ends_with_the_deadline(submit, apipod):
    apipod.order("error_500", times=None)
    edit = submit()
    run_until(lambda: due_now(edit) or apipod.counts["posts"] >= 3)
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now())
    due_now(edit)
    posts = apipod.counts["posts"]
    run_wave(0.3)
    assert apipod.counts["posts"] == posts, "not even before the sweeper has come by"
    sweep()
    edit.refresh_from_db()
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "deadline_exceeded", 0)
    run_wave(0.3)
    assert (apipod.counts["posts"], apipod.counts["jobs"]) == (posts, 1)


def test_a_stored_order_that_is_not_what_was_sent_is_not_replayed(submit, apipod):
    apipod.order("drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    attempt = Attempt.objects.get(edit=edit)
    Attempt.objects.filter(edit=edit).update(payload={**(attempt.payload or {}), "prompt": "something else"})
    due_now(edit)
    run_wave(0.5)
    assert Attempt.objects.get(edit=edit).state == "unknown"
    assert (apipod.counts["posts"], apipod.counts["jobs"]) == (1, 0)


def test_a_forged_callback_does_not_keep_it_from_being_replayed(submit, apipod):
    apipod.order("drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    attempt = Attempt.objects.get(edit=edit)
    receive_callback(provider="apipod", token=token_of(attempt), body=b'{"task_id": "img_of_nobody"}')
    run_until(ended(edit))
    attempt.refresh_from_db()
    assert (edit.status, attempt.hinted_ticket) == ("succeeded", "img_of_nobody")
    assert apipod.counts["job_ids"] == [attempt.ticket]


def test_a_true_callback_saves_the_replay(submit, apipod):
    apipod.order("accept_then_drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    (job,) = apipod.counts["job_ids"]
    token = token_of(Attempt.objects.get(edit=edit))
    receive_callback(provider="apipod", token=token, body=b'{"task_id": "%s"}' % job.encode())
    run_until(ended(edit))
    assert (edit.status, apipod.counts["posts"]) == ("succeeded", 1)


def test_an_overtaken_holder_replays_nothing(submit, apipod):
    """The epoch fences a replay as it fences the first POST: it is written down before it is sent."""
    apipod.order("drop")
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    due_now(edit)
    (held,) = claim(lease.start(), 1)
    Attempt.objects.filter(edit=edit).update(epoch=held.epoch + 1)

    async def drive_it():
        run = Run()
        run.bench.orders = await run.in_database(stored_orders, [held.id])
        await drive(held, run.bench)
        run.in_workshop.close()
        run.in_database.close()

    asyncio.run(drive_it())
    assert apipod.counts["posts"] == 1
