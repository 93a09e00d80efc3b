"""The pages of webhooks: who sees them, what they show, what is done on them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from billing import facade
from editor.deliveries.courier import run_courier
from editor.models import Delivery, Endpoint
from tests.accounts.doors import enter_just_now
from tests.conftest import Person
from tests.editor.deliveries.receiver import receiving

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(alice: Person) -> Client:
    client = Client()
    enter_just_now(client, alice.user)
    return client


@pytest.fixture
def receiver(settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    with receiving() as found:
        yield found


def create(client: Client, url: str):
    return client.post(reverse("webhook_create"), {"url": url, "events": ["edit.failed", "credit.low"]}, follow=True)


def page_of(client: Client, endpoint: Endpoint) -> str:
    return client.get(reverse("webhook", args=[endpoint.id])).content.decode()


def test_a_new_one_shows_its_secret_once_and_then_its_log(client, receiver):
    answer = create(client, receiver.url)
    endpoint = Endpoint.objects.get()
    assert answer.redirect_chain == [(f"/settings/webhooks/{endpoint.id}/", 302)]
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert endpoint.secret in answer.content.decode()
    receiver.answers(500, b"<script>alert(1)</script>")
    client.post(reverse("webhook_test", args=[endpoint.id]))
    run_courier(seconds=5)
    page = page_of(client, endpoint)
    assert endpoint.secret not in page
    assert "webhook.test" in page
    assert "answered 500" in page
    assert "next try" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    receiver.answers(200)
    delivery = Delivery.objects.get()
    client.post(reverse("webhook_replay", args=[endpoint.id, delivery.id]))
    run_courier(seconds=5)
    assert "answered 200" in page_of(client, endpoint)
    assert list(
        AuditEvent.objects.filter(action__startswith="webhook").order_by("id").values_list("action", "actor_name")
    ) == [(act, "alice@example.com") for act in ("webhook.created", "webhook.tested", "webhook.replayed")]


def test_what_is_wrong_with_the_form_stands_on_it_and_nothing_is_kept(client):
    answer = create(client, "https://10.0.0.7/")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("url cannot be used. The address is not a public https address") == 1
    assert '<p class="field-error" id="url-error" role="alert">url cannot be used.' in page
    assert not Endpoint.objects.exists()


def test_it_is_changed_switched_and_deleted(client, receiver):
    create(client, receiver.url)
    endpoint = Endpoint.objects.get()
    changed = {"url": receiver.url, "events": ["edit.partial"], "description": "shop"}
    assert client.post(reverse("webhook_change", args=[endpoint.id]), changed).status_code == 302
    assert client.post(reverse("webhook_switch", args=[endpoint.id]), {"on": "0"}).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.events, endpoint.description, endpoint.disabled_at is None) == (["edit.partial"], "shop", False)
    assert "Switched off by hand." in page_of(client, endpoint)
    assert client.post(reverse("webhook_test", args=[endpoint.id])).status_code == 422
    client.post(reverse("webhook_switch", args=[endpoint.id]), {"on": "1"})
    assert client.post(reverse("webhook_delete", args=[endpoint.id])).status_code == 302
    assert not Endpoint.objects.exists()


def test_a_secret_is_made_only_for_whoever_shows_again_that_it_is_them(client, alice, receiver):
    create(client, receiver.url)
    endpoint = Endpoint.objects.get()
    long_ago = Client()
    long_ago.force_login(alice.user)
    for path in (reverse("webhook_create"), reverse("webhook_rotate", args=[endpoint.id])):
        answer = long_ago.post(path, {"url": receiver.url, "events": ["edit.failed"]})
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert Endpoint.objects.get().secret == endpoint.secret


def test_the_secret_for_edits_is_made_on_the_page(client):
    answer = client.post(reverse("webhook_rotate", args=["edits"]), follow=True)
    secret = Endpoint.objects.get(url="").secret
    assert secret in answer.content.decode()
    assert secret not in client.get(reverse("webhook", args=["edits"])).content.decode()
    assert Endpoint.objects.get(url="").secret == secret


def test_the_warning_of_low_credit_is_set_and_taken_back(client, alice):
    client.post(reverse("webhook_credit"), {"below": "$5.50"})
    assert facade.credit_warning(alice.workspace.id) == 5_500_000
    assert 'value="5.50"' in client.get(reverse("webhooks")).content.decode()
    for bad in ("-1", "five", "0", "1e9"):
        assert client.post(reverse("webhook_credit"), {"below": bad}).status_code == 422
    client.post(reverse("webhook_credit"), {"below": ""})
    assert facade.credit_warning(alice.workspace.id) is None
    changes = AuditEvent.objects.filter(action="webhook.credit_warning").order_by("id")
    assert [event.after for event in changes] == [{"below": "5.500000"}, {"below": None}]


def test_an_editor_sees_none_of_it(bob: Person, alice: Person, client, receiver):
    create(client, receiver.url)
    endpoint = Endpoint.objects.get()
    editor = Client()
    editor.force_login(bob.user)
    assert editor.get(reverse("webhooks")).status_code == 403
    assert editor.get(reverse("webhook", args=[endpoint.id])).status_code == 403
    assert create(editor, receiver.url).status_code == 403
    assert editor.post(reverse("webhook_delete", args=[endpoint.id])).status_code == 403
    assert Endpoint.objects.count() == 1


def test_a_strangers_is_like_a_missing_one(mallory: Person, client, receiver):
    create(client, receiver.url)
    endpoint = Endpoint.objects.get()
    stranger = Client()
    enter_just_now(stranger, mallory.user)
    for act in ("webhook_change", "webhook_switch", "webhook_delete", "webhook_rotate", "webhook_test"):
        form = {"url": receiver.url, "events": ["edit.failed"]}
        found = [stranger.post(reverse(act, args=[name]), form).status_code for name in (endpoint.id, "whe_missing")]
        assert found == [404, 404]
    assert stranger.get(reverse("webhook", args=[endpoint.id])).status_code == 404
    endpoint.refresh_from_db()
    assert (endpoint.events, endpoint.old_secret) == (["edit.failed", "credit.low"], "")


def test_the_log_takes_a_constant_number_of_queries(client, receiver):
    create(client, receiver.url)
    endpoint = Endpoint.objects.get()
    counts = []
    for tests in (1, 30):
        for _ in range(tests):
            client.post(reverse("webhook_test", args=[endpoint.id]))
        run_courier(seconds=10)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(reverse("webhook", args=[endpoint.id]))
        assert page.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    assert b"Older" in page.content
