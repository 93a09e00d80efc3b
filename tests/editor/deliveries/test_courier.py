"""Webhooks arrive, signed as Standard Webhooks has it, and whoever does not take them is asked again."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import AuditEvent
from accounts.services.record_audit import By
from editor.deliveries.courier import is_courier_at_work, run_courier
from editor.models import Delivery, DeliveryTry, Endpoint
from editor.services.rotate_webhook_secret import rotate_webhook_secret
from editor.webhook_rules import SCHEDULE

pytestmark = pytest.mark.django_db


def after(moment: datetime | None, now: datetime) -> timedelta:
    assert moment is not None
    return moment - now


def deliver() -> int:
    return run_courier(seconds=5)


def state(delivery: Delivery | None = None) -> tuple[str, int]:
    found = Delivery.objects.get(id=delivery.id) if delivery else Delivery.objects.get()
    return found.state, found.tries


def test_the_end_of_an_edit_arrives_as_the_api_shows_it_and_is_verified(endpoint, receiver, ended, api_of):
    edit = ended(metadata={"order": "1017"}, prompt="Wärmeres Licht 🌅")
    assert deliver() == 1
    (got,) = receiver.got
    message = Webhook(endpoint.secret).verify(got.body, got.headers)
    assert message["type"] == "edit.canceled"
    assert message["data"] == api_of(edit)
    assert (got.path, got.headers["Content-Type"]) == ("/hook", "application/json")
    assert len(got.body) < 20_000
    assert state() == ("delivered", 0)
    (noted,) = DeliveryTry.objects.all()
    assert (noted.status, noted.response, json.loads(noted.request)) == (200, "thanks", message)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(got.body.replace(b"canceled", b"succeeded"), got.headers)


def test_it_is_sent_once_and_then_nothing_is_due(endpoint, receiver, ended):
    ended()
    assert (deliver(), deliver()) == (1, 0)
    assert len(receiver.got) == 1
    assert not is_courier_at_work()


def test_after_a_rotation_both_secrets_verify_for_a_day_and_then_only_the_new_one(endpoint, receiver, ended):
    old = endpoint.secret
    new = rotate_webhook_secret(workspace_id=endpoint.workspace_id, endpoint_id=endpoint.id, by=By()).secret
    ended()
    deliver()
    got = receiver.got[0]
    assert len(got.headers["webhook-signature"].split(" ")) == 2
    assert Webhook(old).verify(got.body, got.headers) == Webhook(new).verify(got.body, got.headers)
    Endpoint.objects.update(old_secret_until=timezone.now() - timedelta(seconds=1))
    ended()
    deliver()
    got = receiver.got[1]
    Webhook(new).verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(got.body, got.headers)


def test_who_answers_500_is_asked_again_under_the_same_id_until_it_takes_it(endpoint, receiver, ended, due):
    receiver.answers(500, b"out of order")
    ended()
    before = timezone.now()
    assert deliver() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("pending", 1)
    assert timedelta(seconds=4) < after(delivery.due_at, before) < timedelta(seconds=30)
    assert deliver() == 0
    due()
    receiver.answers(204)
    assert deliver() == 1
    assert state()[0] == "delivered"
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert list(DeliveryTry.objects.values_list("status", "response")) == [(500, "out of order"), (204, "")]
    assert Endpoint.objects.get().failing_since is None


def test_the_schedule_is_ten_tries_over_three_days_and_then_the_endpoint_is_off(
    endpoint, receiver, ended, due, django_capture_on_commit_callbacks
):
    receiver.answers(500)
    ended()
    for tries, wait in enumerate(SCHEDULE, start=1):
        now = timezone.now()
        assert deliver() == 1
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.tries) == ("pending", tries)
        assert 0.9 * wait <= after(delivery.due_at, now) <= 1.1 * wait + timedelta(seconds=20)
        due()
    with django_capture_on_commit_callbacks() as mails:
        assert deliver() == 1
    assert state() == ("failed", 10)
    assert len(receiver.got) == 10
    off = Endpoint.objects.get()
    assert off.disabled_at is not None
    assert off.disabled_reason == "It took nothing in the ten tries over three days."
    assert len(mails) == 1
    assert AuditEvent.objects.filter(action="webhook.disabled", target=off.id, actor_name="system").count() == 1
    assert sum(SCHEDULE, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


def test_one_message_that_is_never_taken_does_not_switch_off_who_takes_the_others(endpoint, receiver, ended, due):
    receiver.answers(500)
    ended()
    first = Delivery.objects.get()
    deliver()
    receiver.answers(200)
    ended()
    deliver()
    Delivery.objects.filter(id=first.id).update(tries=9)
    due(first)
    receiver.answers(500)
    deliver()
    assert state(first) == ("failed", 10)
    assert Endpoint.objects.get().disabled_at is None


def test_five_days_of_nothing_but_failures_switch_it_off(endpoint, receiver, ended):
    receiver.answers(500)
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=5))
    ended()
    deliver()
    assert Endpoint.objects.get().disabled_reason == "For five days it took nothing."


def test_410_switches_it_off_at_once_and_nothing_more_is_sent(endpoint, receiver, ended):
    receiver.answers(410)
    ended()
    deliver()
    assert Endpoint.objects.get().disabled_reason == "It answered 410 Gone."
    assert state() == ("failed", 1)
    ended()
    assert Delivery.objects.count() == 1
    assert deliver() == 0


@pytest.mark.parametrize("status", [429, 502, 504])
def test_who_asks_for_rest_gets_nothing_else_until_then(endpoint, receiver, ended, status):
    receiver.answers(status, Retry_After="90")
    ended()
    deliver()
    delivery, rests = Delivery.objects.get(), Endpoint.objects.get()
    assert timedelta(seconds=80) < after(delivery.due_at, timezone.now()) < timedelta(seconds=91)
    assert timedelta(seconds=80) < after(rests.resting_until, timezone.now()) < timedelta(seconds=91)
    ended()
    assert deliver() == 0
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(endpoint, receiver, ended, status):
    receiver.answers(status, Location=receiver.url.replace("hook", "elsewhere"))
    ended()
    deliver()
    assert [got.path for got in receiver.got] == ["/hook"]
    assert state() == ("pending", 1)


@pytest.mark.parametrize("status", [199 + 1, 204, 299])
def test_every_2xx_is_taken(endpoint, receiver, ended, status):
    receiver.answers(status)
    ended()
    deliver()
    assert state()[0] == "delivered"


def test_what_was_answered_is_kept_in_part_and_without_secrets(endpoint, receiver, ended):
    said = "\x1b[31mred pnt_live_" + "a" * 36 + " https://x.example/p?e=1&s=secret \x00 " + "é" * 9000
    receiver.answers(500, said.encode())
    ended()
    deliver()
    kept = DeliveryTry.objects.get().response
    assert len(kept.encode()) <= 4096
    assert kept.startswith("�[31mred pnt_live_… https://x.example/p?… �")
