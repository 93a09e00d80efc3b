"""What is written down to be told, and by whom it is taken on its way."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from standardwebhooks import Webhook

from accounts.models import Membership, User
from accounts.permissions import Role
from accounts.services.record_audit import By
from billing import facade
from billing.invariants import violations
from editor import tasks
from editor.deliveries.claim import claim, is_any_due
from editor.deliveries.courier import run_courier
from editor.deliveries.payload import body_of
from editor.domain import Actor, EditRequest
from editor.invariants import INVARIANTS
from editor.models import Delivery, Edit, Endpoint, Event
from editor.services.cancel_edit import cancel_edit
from editor.services.change_endpoint import change_endpoint
from editor.services.disable_endpoint import disable_endpoint
from editor.services.submit_edit import submit_edit
from editor.services.warn_of_low_credit import warn_of_low_credit
from tests.editor.rows import make_attempt, make_edit, make_image

pytestmark = pytest.mark.django_db
I16 = next(name for name in INVARIANTS if name.startswith("I16"))


def broken() -> list[str]:
    return [str(found.row[0]) for found in violations({I16: INVARIANTS[I16]})]


def test_who_listens_to_nothing_has_nothing_written(credit, ended):
    ended()
    assert (Event.objects.count(), Delivery.objects.count()) == (0, 0)
    assert broken() == []


def test_an_end_that_is_taken_back_is_not_told(endpoint, ended):
    with transaction.atomic():
        ended()
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_each_endpoint_gets_what_it_is_subscribed_to(endpoint, ended):
    change_endpoint(workspace_id=endpoint.workspace_id, endpoint_id=endpoint.id, by=By(), events=["edit.failed"])
    ended()
    assert not Event.objects.exists()
    assert broken() == []


def test_a_missing_delivery_and_a_false_event_are_found(endpoint, ended):
    edit = ended()
    assert broken() == []
    Event.objects.update(type="edit.failed")
    assert broken() == [edit.id]
    Event.objects.all().delete()
    assert broken() == [edit.id]


def test_the_url_of_an_edit_is_told_signed_with_the_secret_of_the_workspace(credit, receiver, shortapi):
    request = EditRequest(prompt="x", images=(make_image(credit.workspace).id,), webhook_url=receiver.url)
    edit = submit_edit(actor=Actor(workspace_id=credit.workspace.id), request=request)
    cancel_edit(workspace_id=credit.workspace.id, edit_id=edit.id)
    assert run_courier(seconds=5) == 1
    own = Endpoint.objects.get(url="")
    assert Webhook(own.secret).verify(receiver.got[0].body, receiver.got[0].headers)["data"]["id"] == edit.id
    assert broken() == []
    Delivery.objects.all().delete()
    assert broken() == [edit.id]


def test_a_test_is_told_like_any_other_edit(endpoint, receiver, credit):
    edit = make_edit(credit.workspace, is_test=True)
    make_attempt(edit, is_test=True)
    cancel_edit(workspace_id=edit.workspace_id, edit_id=edit.id, test=True)
    assert run_courier(seconds=5) == 1
    told = Webhook(endpoint.secret).verify(receiver.got[0].body, receiver.got[0].headers)
    assert (told["type"], told["data"]["id"], told["data"]["is_test"]) == ("edit.canceled", edit.id, True)
    assert Delivery.objects.get().state == "delivered"


def order(person, **settings) -> Edit:
    request = EditRequest(prompt="x", images=(make_image(person.workspace).id,), **settings)
    return submit_edit(actor=Actor(workspace_id=person.workspace.id), request=request)


def test_low_credit_is_told_once_for_each_crossing(endpoint, credit, shortapi):
    available = facade.balance(credit.workspace.id).available
    warn_of_low_credit(workspace_id=credit.workspace.id, below=available - 60_000, by=By())
    first = order(credit)
    assert not Event.objects.exists()
    order(credit)
    order(credit)
    (event,) = Event.objects.all()
    left = (available - 2 * first.quoted) / 1_000_000
    below = (available - 60_000) / 1_000_000
    assert event.type == "credit.low"
    assert event.data == {"currency": "USD", "available": f"{left:.6f}", "below": f"{below:.6f}"}


def test_without_a_warning_nothing_is_told_of_credit(endpoint, credit, shortapi):
    order(credit)
    assert not Event.objects.exists()


def test_a_message_is_under_twenty_kilobytes_whatever_the_edit_holds(endpoint, ended):
    ended(
        prompt="🌅" * 4000,
        metadata={f"{n:040}": "é" * 500 for n in range(20)},
        routing=[{"provider": name, "eligible": False, "reason": "r" * 300} for name in ("shortapi", "pixazo")],
    )
    body = body_of(Event.objects.get())
    assert len(body.encode()) < 20_000
    message = json.loads(body)
    assert message["trimmed"] == ["routing", "attempts", "metadata"]
    assert message["data"]["prompt"] == "🌅" * 4000
    assert message["data"]["metadata"] == {}


def test_a_claim_is_nobody_elses_until_it_lapses(endpoint, ended):
    ended()
    (mine,) = claim(10)
    assert (claim(10), is_any_due()) == ([], False)
    Delivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert is_any_due()
    assert [one.id for one in claim(10)] == [mine.id]


def test_the_sweeper_calls_one_courier_and_only_when_something_is_due(endpoint, ended):
    cache.clear()
    tasks.ensure_courier()
    assert not OrmQ.objects.exists()
    ended()
    tasks.ensure_courier()
    tasks.ensure_courier()
    (queued,) = OrmQ.objects.all()
    assert (queued.key, queued.task["func"]) == ("default", "editor.tasks.courier")
    tasks.courier()
    assert Delivery.objects.get().state == "delivered"


def test_owners_and_admins_are_mailed_that_it_is_off_and_nobody_else(endpoint, alice, bob):
    carol = User.objects.create_user("carol@example.com", "carol's long password")
    Membership.objects.create(workspace=alice.workspace, user=carol, role=Role.ADMIN)
    tasks.endpoint_mail(endpoint.id)
    assert mail.outbox == []
    disable_endpoint(endpoint, reason="It answered 410 Gone.")
    tasks.endpoint_mail(endpoint.id)
    assert [sent.to for sent in mail.outbox] == [["alice@example.com"], ["carol@example.com"]]
    assert "It answered 410 Gone." in mail.outbox[0].body
    assert f"/settings/webhooks/{endpoint.id}/" in mail.outbox[0].body


def test_webhooks_are_forgotten_after_thirty_days(endpoint, ended):
    ended()
    Event.objects.update(created_at=timezone.now() - timedelta(days=29))
    tasks.housekeeping()
    assert Delivery.objects.count() == 1
    Event.objects.update(created_at=timezone.now() - timedelta(days=31))
    tasks.housekeeping()
    assert (Event.objects.count(), Delivery.objects.count()) == (0, 0)
