"""A result that is no picture, a speck, misshapen or out of reach: not delivered, not charged, and its cost kept."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from billing.facade import balance
from billing.models import Entry
from config.env import ProviderEnv
from editor.domain import Actor, EditRequest
from editor.models import Attempt, Edit, Image, Output
from editor.services.submit_edit import submit_edit
from editor.sweeper import sweep
from editor.waves.loop import run_wave
from tests.conftest import OFF
from tests.editor.rows import COST, PRICE, make_image
from tests.editor.waves.test_waves import ended, run_until, submit

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["submit"]  # the fixture

NO_PICTURE = [
    ("wrong_result", {}),
    ("empty_result", {}),
    ("animated_result", {}),
    ("speck_result", {}),
    ("speck_result", {"side": 255}),
    ("wrong_shape_result", {}),
    ("huge_result", {}),
]
OUT_OF_REACH = [
    ("expired_result_url", {}),
    ("redirected_result", {}),
    ("foreign_result_url", {}),
    ("foreign_result_url", {"url": "http://[fd00:ec2::254]/latest"}),
]


def owed_to(provider):
    return Entry.objects.filter(account__kind="provider_accrued", account__provider=provider).aggregate(
        sum=Sum("amount")
    )["sum"]


def assert_paid_for_and_not_charged(edit, credit, *, cost, code="bad_result"):
    assert (edit.status, edit.error_code, edit.charged) == ("failed", code, 0)
    assert edit.error_message.endswith("You were not charged.")
    assert balance(credit.workspace.id).available == 10_000_000
    assert owed_to(Attempt.objects.get(edit=edit).provider) == cost
    assert not Output.objects.exists()
    assert not Image.objects.filter(is_output=True).exists()


@pytest.mark.parametrize(("fault", "options"), NO_PICTURE, ids=str)
def test_what_is_not_the_picture_that_was_asked_for_is_not_delivered(submit, upstream, credit, fault, options):
    upstream.order(fault, **options)
    edit = submit()
    run_until(ended(edit))
    assert_paid_for_and_not_charged(edit, credit, cost=COST)
    assert upstream.counts()["posts"] == 1


def test_a_small_picture_of_the_right_shape_is_delivered(submit, upstream, credit):
    upstream.order("speck_result", side=256)
    edit = submit(aspect_ratio="1:1")
    run_until(ended(edit))
    assert (edit.status, edit.charged) == ("succeeded", PRICE)


def test_what_cannot_be_fetched_is_given_up_in_time(submit, upstream, credit):
    for fault, options in OUT_OF_REACH:
        upstream.order(fault, **options)
    edits = [submit(prompt=f"picture {number}", deadline_seconds=14) for number in range(len(OUT_OF_REACH))]
    run_until(lambda: not Edit.objects.filter(finished_at=None).exists(), seconds=1)
    for edit in edits:
        edit.refresh_from_db()
        assert_paid_for_and_not_charged(edit, credit, cost=COST * len(edits))
    assert upstream.counts()["posts"] == len(edits)


@pytest.mark.parametrize("url", ["data:image/png;base64,AAAA", "file:///etc/passwd"])
def test_an_address_that_is_none_is_waited_for_until_the_deadline(submit, upstream, credit, url):
    upstream.order("foreign_result_url", url=url)
    edit = submit()
    run_until(lambda: upstream.counts()["polls"] >= 1)
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now() - timedelta(seconds=1))
    sweep()
    edit.refresh_from_db()
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "deadline_exceeded", 0)
    assert Attempt.objects.get(edit=edit).results == []


def test_of_fifty_pictures_as_many_are_taken_as_were_ordered(submit, upstream, credit):
    upstream.order("many_pictures")
    edit = submit(n=2)
    run_until(ended(edit))
    assert (edit.status, edit.charged) == ("succeeded", 2 * PRICE)
    assert Output.objects.filter(edit=edit).count() == Image.objects.filter(is_output=True).count() == 2
    assert owed_to("shortapi") == 2 * COST


@pytest.mark.parametrize("fault", ["wrong_result", "speck_result", "wrong_shape_result", "animated_result"])
def test_a_picture_in_the_reply_is_judged_like_any_other(credit, simulator, settings, fault):
    settings.PROVIDERS = {**OFF, "aimlapi": ProviderEnv(simulator.base_url("aimlapi"), "a-key", ())}
    simulator.order("inline_result", provider="aimlapi")
    simulator.order(fault, provider="aimlapi")
    request = EditRequest(prompt="warmer light", images=(make_image(credit.workspace).id,))
    edit = submit_edit(actor=Actor(credit.workspace.id, user_id=credit.user.id), request=request)
    run_until(ended(edit))
    assert_paid_for_and_not_charged(edit, credit, cost=42_000)
    run_wave(0.3)
    assert simulator.counts("aimlapi")["posts"] == 1
