"""`/webhook-endpoints`: whose they are, what is shown of them, and that every act is recorded."""

import pytest
from django.test import Client

from accounts.models import ApiKey, AuditEvent
from editor.deliveries.courier import run_courier
from editor.models import Delivery, Edit, Endpoint
from tests.conftest import Person
from tests.editor.api.doors import Api, refused
from tests.editor.deliveries.receiver import receiving

pytestmark = pytest.mark.django_db
HOOK = {"url": "https://93.184.216.34/hook", "events": ["edit.failed", "edit.succeeded"]}


@pytest.fixture
def made(api: Api):
    answer = api.post("/webhook-endpoints", HOOK)
    assert answer.status_code == 201, answer.content
    return answer.json()


def patch(api: Api, path: str, body: str):
    return api.client.patch(f"/api/v1{path}", body, content_type="application/json", headers=api.headers)


def delete(api: Api, path: str):
    return api.client.delete(f"/api/v1{path}", headers=api.headers)


def acts() -> list[str]:
    found = AuditEvent.objects.filter(action__startswith="webhook.").order_by("id")
    assert all(event.api_key_id and event.actor_name == "test" for event in found)
    return [event.action for event in found]


def test_the_secret_is_shown_once(api, made):
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert len(secret) == 50
    assert made["events"] == ["edit.succeeded", "edit.failed"]
    assert api.get(f"/webhook-endpoints/{made['id']}").json() == made
    assert api.get("/webhook-endpoints").json() == {"data": [made], "next": None}
    rotated = api.post(f"/webhook-endpoints/{made['id']}/rotate-secret").json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != secret
    assert rotated["old_secret_until"] is not None
    assert acts() == ["webhook.created", "webhook.secret_rotated"]
    assert not any(secret in str([event.before, event.after]) for event in AuditEvent.objects.all())


def test_it_is_changed_switched_off_and_deleted(api, made):
    path = f"/webhook-endpoints/{made['id']}"
    changed = patch(api, path, '{"events": ["credit.low"], "enabled": false, "description": " Shop "}').json()
    assert (changed["events"], changed["enabled"], changed["description"]) == (["credit.low"], False, "Shop")
    assert changed["disabled_reason"] == "Switched off by hand."
    refused(api.post(f"{path}/test"), 422, "invalid")
    assert patch(api, path, '{"enabled": true}').json()["disabled_reason"] is None
    assert patch(api, path, '{"enabled": true}').status_code == 200
    assert delete(api, path).status_code == 204
    refused(api.get(path), 404, "not_found")
    assert acts() == ["webhook.created", "webhook.changed", "webhook.changed", "webhook.deleted"]


def test_a_test_arrives_and_can_be_sent_again(api, settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    with receiving() as receiver:
        made = api.post("/webhook-endpoints", {"url": receiver.url, "events": ["edit.failed"]}).json()
        path = f"/webhook-endpoints/{made['id']}"
        sent = api.post(f"{path}/test")
        assert sent.status_code == 202
        assert sent.json()["status"] == "pending"
        run_courier(seconds=5)
        (delivery,) = api.get(f"{path}/deliveries").json()["data"]
        assert (delivery["type"], delivery["status"], len(delivery["tries"])) == ("webhook.test", "delivered", 1)
        again = api.post(f"{path}/deliveries/{delivery['id']}/replay")
        assert (again.status_code, again.json()["status"]) == (202, "pending")
        run_courier(seconds=5)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert len(receiver.got) == 2
    assert acts() == ["webhook.created", "webhook.tested", "webhook.replayed"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"events": ["edit.failed"]}, "url"),
        ({**HOOK, "events": []}, "events"),
        ({**HOOK, "events": ["edit.deleted"]}, "events"),
        ({**HOOK, "events": ["webhook.test"]}, "events"),
        ({**HOOK, "url": "https://10.0.0.7/"}, "url"),
        ({**HOOK, "url": "http://93.184.216.34/"}, "url"),
        ({**HOOK, "secret": "whsec_mine"}, "secret"),
        ({**HOOK, "description": "x" * 201}, "description"),
    ],
)
def test_a_bad_endpoint_is_refused_and_nothing_kept(api, body, param):
    refused(api.post("/webhook-endpoints", body), 422, "invalid", param)
    assert (Endpoint.objects.count(), acts()) == (0, [])


def test_a_workspace_has_twenty_at_most(api, alice: Person):
    Endpoint.objects.bulk_create(
        Endpoint(workspace=alice.workspace, url=f"https://x.example/{n}", secret="s") for n in range(20)
    )
    refused(api.post("/webhook-endpoints", HOOK), 422, "invalid", "url")
    assert Endpoint.objects.count() == 20


def test_a_strangers_endpoint_is_like_a_missing_one(api, made, mallory: Person):
    delivery = api.post(f"/webhook-endpoints/{made['id']}/test").json()["id"]
    stranger = Api(mallory.key)
    here, gone = f"/webhook-endpoints/{made['id']}", "/webhook-endpoints/whe_missing"
    for ask in (
        stranger.get,
        lambda path: stranger.get(f"{path}/deliveries"),
        lambda path: stranger.post(f"{path}/rotate-secret"),
        lambda path: stranger.post(f"{path}/test"),
        lambda path: stranger.post(f"{path}/deliveries/{delivery}/replay"),
        lambda path: patch(stranger, path, '{"enabled": false}'),
        lambda path: delete(stranger, path),
    ):
        assert refused(ask(here), 404, "not_found") == refused(ask(gone), 404, "not_found")
    assert stranger.get("/webhook-endpoints").json()["data"] == []
    assert Endpoint.objects.get().disabled_at is None
    assert Delivery.objects.count() == 1


def test_a_key_without_the_scope_does_nothing(api, made):
    ApiKey.objects.update(scopes=["read", "write", "money"])
    refused(api.get("/webhook-endpoints"), 403, "missing_scope")
    refused(api.post("/webhook-endpoints", HOOK), 403, "missing_scope")
    refused(delete(api, f"/webhook-endpoints/{made['id']}"), 403, "missing_scope")
    assert Endpoint.objects.count() == 1
    assert Client().get("/api/v1/webhook-endpoints").status_code == 401


def test_an_edit_takes_a_webhook_url(api, image, credit):
    body = {"prompt": "x", "images": [image.id], "webhook_url": "https://93.184.216.34/hook?a=b"}
    assert api.post("/edits", body).status_code == 202
    assert Edit.objects.get().webhook_url == body["webhook_url"]
    assert api.get("/webhook-endpoints/edits").json()["url"] is None


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "https://127.0.0.1/",
        "https://localhost:8000/api/v1/edits",
        "x",
        7,
        "https://nothing.invalid/",
    ],
)
def test_an_edit_with_a_bad_webhook_url_is_refused_and_free(api, image, credit, url):
    refused(
        api.post("/edits", {"prompt": "x", "images": [image.id], "webhook_url": url}), 422, "invalid", "webhook_url"
    )
    assert not Edit.objects.exists()


def test_a_replay_of_an_order_does_not_look_its_webhook_up_again(api, image, credit, settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    body = {"prompt": "x", "images": [image.id], "webhook_url": "http://127.0.0.1:9/hook"}
    first = api.post("/edits", body, Idempotency_Key="k")
    settings.EGRESS_ALLOW_CIDRS = ()
    again = api.post("/edits", body, Idempotency_Key="k")
    assert (first.status_code, again.json()) == (202, first.json())


def test_the_secret_for_edits_can_be_made_before_the_first_one(api):
    refused(api.get("/webhook-endpoints/edits"), 404, "not_found")
    made = api.post("/webhook-endpoints/edits/rotate-secret").json()
    assert made["secret"].startswith("whsec_")
    refused(delete(api, "/webhook-endpoints/edits"), 422, "invalid")
    refused(patch(api, "/webhook-endpoints/edits", '{"enabled": false}'), 422, "invalid", "url")
    refused(api.post("/webhook-endpoints/edits/test"), 422, "invalid")
