"""Replies that are nonsense: each is an outcome, never a crash or a hang, and never a reason to pay again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.models import Hold
from billing.price_book import set_price
from config.env import ProviderEnv
from editor.attempts import AttemptState
from editor.models import Attempt, Output
from editor.services.receive_callback import receive_callback
from editor.waves.loop import run_wave
from tests.conftest import OFF
from tests.editor.providers.tls_listener import expired
from tests.editor.rows import PRICE
from tests.editor.waves.test_waves import ended, in_state, run_until, submit, token_of

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["submit"]  # the fixture

GARBLED = ["error_200", "cut_json", "wrong_types", "gzip_bomb", "huge_reply", "header_flood", "redirect"]
BAD_POLLS = ["cut_json", "wrong_types", "gzip_bomb", "huge_reply", "error_500", "html", "running", "no_picture"]


def hurried(edit, done):
    """Make the attempt due again at once before it is asked whether it is done: pauses are not what is tested."""

    def is_done():
        Attempt.objects.filter(edit=edit, wave=None).exclude(due_at=None).update(due_at=timezone.now())
        return done()

    return is_done


@pytest.mark.parametrize("fault", GARBLED)
def test_a_garbled_answer_to_an_order_leaves_it_unknown_and_unrepeated(submit, upstream, fault):
    upstream.order(fault)
    edit = submit()
    run_until(in_state(edit, AttemptState.UNKNOWN))
    run_wave(0.3)
    assert upstream.counts()["posts"] == upstream.counts()["jobs"] == 1
    assert Hold.objects.get(reference=edit.id).state == "held"


def test_a_job_outlives_every_garbled_poll(submit, upstream):
    for fault in BAD_POLLS:
        upstream.order(f"poll_{fault}")
    edit = submit()
    run_until(hurried(edit, ended(edit)))
    assert (edit.status, edit.charged) == ("succeeded", PRICE)
    assert upstream.counts()["polls"] == len(BAD_POLLS) + 1
    assert upstream.counts()["posts"] == 1


def test_an_answer_that_names_anothers_job_delivers_nobody_elses_picture(submit, upstream):
    first = submit(prompt="first")
    run_until(ended(first))
    upstream.order("another_id")
    second = submit(prompt="second")
    run_until(in_state(second, AttemptState.UNKNOWN))
    attempt = Attempt.objects.get(edit=second)
    assert (attempt.error_code, attempt.ticket) == ("ticket_taken", "")
    run_wave(0.3)
    assert not Output.objects.filter(edit=second).exists()
    assert upstream.counts()["posts"] == 2


def test_a_callback_that_says_done_is_not_believed_over_the_provider(submit, upstream):
    upstream.profile(latency=0.5)
    upstream.order("fail_job")
    edit = submit()
    run_until(in_state(edit, AttemptState.ACCEPTED))
    attempt = Attempt.objects.get(edit=edit)
    body = b'{"data": {"job_id": "%s", "status": 2, "result": {"images": [{"url": "https://a/b.jpg"}]}}}'
    receive_callback(provider="shortapi", token=token_of(attempt), body=body % attempt.ticket.encode())
    run_until(hurried(edit, ended(edit)))
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "job_failed", 0)
    assert Attempt.objects.get(edit=edit).results == []


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("0", 0, 3),
        ("-1", 0, 3),
        ("1e309", 0, 3),
        ("soon", 0, 3),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 3),
        ("60", 50, 60),
        ("9999999", 890, 900),
        ("Fri, 21 Oct 2095 07:28:00 GMT", 890, 900),
    ],
)
def test_a_busy_provider_is_asked_again_after_a_sane_time(submit, upstream, said, least, most):
    upstream.order("rate_limit", retry_after=said)
    edit = submit(deadline_seconds=3600)
    run_until(in_state(edit, AttemptState.REJECTED))
    later = Attempt.objects.get(edit=edit, state="intent")
    assert later.due_at is not None
    wait = later.due_at - timezone.now()
    assert timedelta(seconds=least - 5) <= wait <= timedelta(seconds=most)
    assert upstream.counts()["jobs"] == 0


def test_an_expired_certificate_means_that_nothing_was_sent_and_another_is_asked(submit, upstream, settings):
    set_price(provider="apikley", model="seedream-4.5", resolutions=["2K"], amount=50_000, source="test")
    with expired() as listener:
        settings.PROVIDERS = {
            **OFF,
            "shortapi": ProviderEnv(listener.url, "a-key", ()),
            "apikley": ProviderEnv(upstream.base_url("apikley"), "a-key", ()),
        }
        edit = submit()
        run_until(ended(edit))
        assert listener.requests == []
    attempts = Attempt.objects.filter(edit=edit).order_by("id").values_list("provider", "state")
    assert list(attempts) == [("shortapi", "not_sent"), ("apikley", "delivered")]
    assert (edit.status, edit.provider) == ("succeeded", "apikley")
