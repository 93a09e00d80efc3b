"""The OpenAPI document is right, and what is answered is what it says."""

from io import StringIO
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from editor.attempts import AttemptState
from editor.deliveries.courier import run_courier
from editor.models import Output
from tests.editor.api.doors import picture
from tests.editor.rows import make_attempt, make_edit, make_image


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def as_json_schema(part: Any) -> Any:
    """OpenAPI 3.0 writes `nullable: true` where JSON Schema has a type `null`; nothing unnamed is allowed."""
    if isinstance(part, list):
        return [as_json_schema(item) for item in part]
    if not isinstance(part, dict):
        return part
    written = {key: as_json_schema(value) for key, value in part.items() if key != "nullable"}
    if written.get("type") == "object" and "properties" in written:
        written.setdefault("additionalProperties", False)
    return {"anyOf": [written, {"type": "null"}]} if part.get("nullable") is True else written


def check(document: dict[str, Any], path: str, method: str, answer: Any) -> None:
    described = document["paths"][path][method]["responses"][str(answer.status_code)]
    schema = as_json_schema(
        {**described["content"]["application/json"]["schema"], "components": document["components"]}
    )
    schema.pop("additionalProperties", None)
    jsonschema.validate(answer.json(), schema)


def test_the_document_is_valid_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


@pytest.mark.django_db
def test_it_is_served_to_anybody_as_json_and_as_yaml(document):
    served = Client().get("/api/v1/openapi.json")
    assert served.status_code == 200
    assert yaml.safe_load(Client().get("/api/v1/openapi.yaml").content) == served.json()
    assert served.json()["paths"].keys() == document["paths"].keys()


def test_every_address_of_this_part_is_described(document):
    assert {path: sorted(ways) for path, ways in document["paths"].items()} == {
        "/api/v1/balance": ["get"],
        "/api/v1/budgets": ["get", "post"],
        "/api/v1/budgets/{budget_id}": ["delete"],
        "/api/v1/edits": ["get", "post"],
        "/api/v1/edits/{edit_id}": ["get"],
        "/api/v1/edits/{edit_id}/cancel": ["post"],
        "/api/v1/edits/{edit_id}/charge": ["get"],
        "/api/v1/images": ["post"],
        "/api/v1/images/{image_id}": ["get"],
        "/api/v1/images/{image_id}/content": ["get"],
        "/api/v1/ledger": ["get"],
        "/api/v1/projects": ["get", "post"],
        "/api/v1/providers": ["get"],
        "/api/v1/quotes": ["post"],
        "/api/v1/usage": ["get"],
        "/api/v1/webhook-endpoints": ["get", "post"],
        "/api/v1/webhook-endpoints/{endpoint_id}": ["delete", "get", "patch"],
        "/api/v1/webhook-endpoints/{endpoint_id}/deliveries": ["get"],
        "/api/v1/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/replay": ["post"],
        "/api/v1/webhook-endpoints/{endpoint_id}/rotate-secret": ["post"],
        "/api/v1/webhook-endpoints/{endpoint_id}/test": ["post"],
    }
    for ways in document["paths"].values():
        for operation in ways.values():
            assert operation["security"] == [{"key": []}]
            assert "401" in operation["responses"]
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


@pytest.mark.django_db
def test_what_is_answered_of_webhooks_is_what_it_says(document, api, settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    hooks, hook = "/webhook-endpoints", "/webhook-endpoints/{endpoint_id}"
    made = api.post(hooks, {"url": "http://127.0.0.1:9/", "events": ["edit.failed"]})
    here = f"{hooks}/{made.json()['id']}"
    sent = api.post(f"{here}/test")
    run_courier(seconds=5)
    again = f"{here}/deliveries/{sent.json()['id']}/replay"
    asked = {
        (hooks, "post"): made,
        (f"{hook}/test", "post"): sent,
        (f"{hook}/deliveries", "get"): api.get(f"{here}/deliveries"),
        (f"{hook}/deliveries/{{delivery_id}}/replay", "post"): api.post(again),
        (hooks, "get"): api.get(hooks),
        (hook, "get"): api.get(here),
        (hook, "patch"): api.client.patch(
            f"/api/v1{here}", '{"enabled": false}', content_type="application/json", headers=api.headers
        ),
        (f"{hook}/rotate-secret", "post"): api.post(f"{here}/rotate-secret"),
    }
    for (path, method), answer in asked.items():
        assert answer.status_code < 300, answer.content
        check(document, f"/api/v1{path}", method, answer)
    assert asked[f"{hook}/deliveries", "get"].json()["data"][0]["tries"][0]["status"] is None


@pytest.mark.django_db
def test_what_is_answered_is_what_it_says(document, api, alice, image, credit):
    now = timezone.now()
    done = make_edit(
        alice.workspace, status="partial", finished_at=now, error_code="x", error_message="y", provider="shortapi"
    )
    make_attempt(done, AttemptState.REJECTED, error_code="refused", finished_at=now)
    attempt = make_attempt(done, AttemptState.DELIVERED, started_at=now, finished_at=now)
    Output.objects.create(edit=done, attempt=attempt, image=make_image(alice.workspace, is_output=True), position=1)
    body = {"prompt": "x", "images": [image.id], "metadata": {"a": ""}}
    asked = {
        ("/edits", "post"): api.post("/edits", body),
        ("/edits", "get"): api.get("/edits"),
        ("/edits/{edit_id}", "get"): api.get(f"/edits/{done.id}"),
        ("/edits/{edit_id}/charge", "get"): api.get(f"/edits/{done.id}/charge"),
        ("/edits/{edit_id}/cancel", "post"): api.post(f"/edits/{done.id}/cancel"),
        ("/quotes", "post"): api.post("/quotes", {"images": [image.id]}),
        ("/images", "post"): api.upload(picture()),
        ("/images/{image_id}", "get"): api.get(f"/images/{image.id}"),
        ("/projects", "post"): api.post("/projects", {"name": "Spring"}),
        ("/projects", "get"): api.get("/projects"),
        ("/providers", "get"): api.get("/providers"),
        ("/balance", "get"): api.get("/balance"),
    }
    for (path, method), answer in asked.items():
        assert answer.status_code < 300, answer.content
        check(document, f"/api/v1{path}", method, answer)
    refusals = {
        ("/edits", "post"): api.post("/edits", {}),
        ("/edits/{edit_id}", "get"): api.get("/edits/edt_missing"),
        ("/images", "post"): api.post("/images", {}),
    }
    for (path, method), answer in refusals.items():
        check(document, f"/api/v1{path}", method, answer)
