"""Every bad body is refused with the field and its limit, and leaves nothing."""

import pytest

from billing import facade
from editor.domain import Model
from editor.models import Edit, Project
from tests.editor.api.doors import refused, rows, stored_files
from tests.editor.rows import make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def nothing_happens(alice, credit, image):
    """Check after the test that no row, no file and no hold was left."""
    before = rows(), stored_files(), facade.balance(alice.workspace.id)
    yield
    assert (rows(), stored_files(), facade.balance(alice.workspace.id)) == before


BAD_FIELDS = [
    ({"prompt": ""}, "prompt", "empty"),
    ({"prompt": "   "}, "prompt", "empty"),
    ({"prompt": "x" * 4001}, "prompt", "4000"),
    ({"prompt": 5}, "prompt", "string"),
    ({"prompt": None}, "prompt", "null"),
    ({"prompt": "a\0b"}, "prompt", "Null"),
    ({"prompt": "half \ud83d"}, "prompt", "Surrogate"),
    ({"images": []}, "images", "14"),
    ({"images": "img_1"}, "images", "list"),
    ({"images": ["img_1"] * 15}, "images", "14"),
    ({"images": [7]}, "images", "image id"),
    ({"images": ["ftp://example.com/cat.jpg"]}, "images", "http"),
    ({"images": ["img_\0"]}, "images", "image id"),
    ({"model": "dall-e"}, "model", Model.SEEDREAM_45),
    ({"aspect_ratio": "5:4"}, "aspect_ratio", "21:9"),
    ({"aspect_ratio": ["1:1"]}, "aspect_ratio", "21:9"),
    ({"resolution": "8K"}, "resolution", "4K"),
    ({"n": 0}, "n", "1"),
    ({"n": 7}, "n", "6"),
    ({"n": -1}, "n", "1"),
    ({"n": "2"}, "n", "whole"),
    ({"n": True}, "n", "whole"),
    ({"n": 1.5}, "n", "whole"),
    ({"n": 2**63}, "n", "6"),
    ({"provider": "midjourney"}, "provider", "shortapi"),
    ({"strategy": "luckiest"}, "strategy", "cheapest"),
    ({"seed": -1}, "seed", "0"),
    ({"seed": 2**31}, "seed", "2147483647"),
    ({"guidance_scale": 11}, "guidance_scale", "10"),
    ({"guidance_scale": "5"}, "guidance_scale", "number"),
    ({"watermark": "no"}, "watermark", "true or false"),
    ({"project": ""}, "project", "empty"),
    ({"max_price_usd": 0}, "max_price_usd", "above 0"),
    ({"max_price_usd": -1}, "max_price_usd", "above 0"),
    ({"max_price_usd": "NaN"}, "max_price_usd", "six decimals"),
    ({"max_price_usd": 0.1 + 0.2}, "max_price_usd", "six decimals"),
    ({"max_price_usd": 2**63 - 1}, "max_price_usd", "up to"),
    ({"deadline_seconds": 4}, "deadline_seconds", "5"),
    ({"deadline_seconds": 3601}, "deadline_seconds", "3600"),
    ({"metadata": []}, "metadata", "object"),
    ({"metadata": {"order": 7}}, "metadata", "string"),
    ({"metadata": {"k" * 41: "v"}}, "metadata", "40"),
    ({"metadata": {"k": "v" * 501}}, "metadata", "500"),
    ({"metadata": {str(key): "v" for key in range(21)}}, "metadata", "20"),
    ({"metadata": {"k": "a\0b"}}, "metadata", "Null"),
    ({"price": "0.01"}, "price", "not a field"),
    ({"half \ud800": 1}, "half ?", "not a field"),
    ({"workspace": "wsp_1"}, "workspace", "not a field"),
    ({"status": "succeeded"}, "status", "not a field"),
    ({"credits": 5}, "credits", "not a field"),
    ({"quote": 7}, "quote", "must be a string"),
    ({"quote": "x" * 1001}, "quote", "at most 1000 characters"),
    ({"webhook_url": 5}, "webhook_url", "string"),
    ({"webhook_url": "https://example.com/" + "x" * 2029}, "webhook_url", "2048"),
    ({"is_test": True}, "is_test", "not a field"),
]


@pytest.mark.parametrize(("change", "param", "said"), BAD_FIELDS, ids=lambda value: str(value)[:40])
def test_a_bad_field_is_named_with_its_limit(api, image, nothing_happens, change, param, said):
    answer = api.post("/edits", {"prompt": "warmer light", "images": [image.id], **change})
    message = refused(answer, 422, "invalid", param)
    assert message.startswith(param)
    assert said in message
    assert "charged" in message


@pytest.mark.parametrize("missing", ["prompt", "images"])
def test_a_missing_field_is_named(api, image, nothing_happens, missing):
    body = {"prompt": "warmer light", "images": [image.id]}
    del body[missing]
    message = refused(api.post("/edits", body), 422, "invalid", missing)
    assert message == f"{missing} is required. Nothing was kept or charged."


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"[]", b'"x"', b"nul", b"\xff\xfe", b'{"prompt": NaN}', b"[" * 100_000, b'{"n": ' + b"9" * 5000 + b"}"],
    ids=lambda body: repr(body[:12]),
)
def test_json_that_is_not_is_a_bad_request(api, nothing_happens, body):
    answer = api.post("/edits", body)
    if body:
        assert "charged" in refused(answer, 400, "parse_error")
    else:
        refused(answer, 422, "invalid", "prompt")


def test_a_number_too_large_for_a_float_is_refused(api, image, nothing_happens):
    body = f'{{"prompt": "x", "images": ["{image.id}"], "guidance_scale": 1e400}}'
    refused(api.post("/edits", body.encode()), 422, "invalid", "guidance_scale")


def test_a_body_over_the_limit_is_refused_by_its_length_alone(api, nothing_happens):
    message = refused(api.post("/edits", b" " * (20 * 1024 * 1024 + 1)), 413, "too_large")
    assert "20 MiB" in message


def test_another_content_type_is_refused(api, nothing_happens):
    refused(
        api.post("/edits", b"prompt=x", content_type="application/x-www-form-urlencoded"), 415, "unsupported_media_type"
    )


def test_a_body_in_chunks_without_a_length_is_refused(api, nothing_happens):
    answer = api.client.generic(
        "POST",
        "/api/v1/edits",
        b"",
        content_type="application/json",
        headers={**api.headers, "Transfer-Encoding": "chunked"},
        CONTENT_LENGTH="",
    )
    refused(answer, 411, "length_required")


def test_an_image_of_another_workspace_reads_like_a_missing_one(api, image, mallory, nothing_happens):
    theirs = make_image(mallory.workspace)
    answers = [
        api.post("/edits", {"prompt": "x", "images": [image.id, foreign]}) for foreign in (theirs.id, "img_missing")
    ]
    messages = {refused(answer, 422, "invalid", "images[1]") for answer in answers}
    assert len(messages) == 1
    theirs.delete()


def test_a_project_of_another_workspace_reads_like_a_missing_one(api, image, mallory):
    theirs = Project.objects.create(workspace=mallory.workspace, name="Hers")
    body = {"prompt": "x", "images": [image.id]}
    answers = [api.post("/edits", {**body, "project": foreign}) for foreign in (theirs.id, "prj_missing")]
    assert len({refused(answer, 422, "invalid", "project") for answer in answers}) == 1
    assert not Edit.objects.exists()


def test_without_enough_credit_price_and_balance_are_named(api, image, credit):
    body = {"prompt": "x", "images": [image.id], "n": 6}
    for _ in range(3):
        assert api.post("/edits", body).status_code == 202
    kept = rows(), facade.balance(image.workspace_id)
    message = refused(api.post("/edits", body), 402, "insufficient_credit")
    assert "$0.285000" in message
    assert "$0.145000" in message
    assert "charged" in message
    assert (rows(), facade.balance(image.workspace_id)) == kept


def test_when_no_provider_can_do_it_each_reason_is_named(api, image, nothing_happens):
    answer = api.post("/edits", {"prompt": "x", "images": [image.id], "resolution": "4K"})
    assert "shortapi: serves 2K only" in refused(answer, 422, "no_route")


def test_a_setting_nobody_honours_is_not_dropped(api, image, nothing_happens):
    answer = api.post("/edits", {"prompt": "x", "images": [image.id], "seed": 7})
    assert "cannot honour seed" in refused(answer, 422, "no_route")


def test_a_price_above_the_callers_is_refused(api, image, nothing_happens):
    answer = api.post("/edits", {"prompt": "x", "images": [image.id], "max_price_usd": "0.0474"})
    assert "$0.0475" in refused(answer, 422, "price_above_max", "max_price_usd")


@pytest.mark.parametrize("wish", ["wait=0", "wait=301", "wait=soon", "wait=-1", "respond-async, wait=1e9"])
def test_a_wait_outside_its_limits_is_refused(api, image, nothing_happens, wish):
    answer = api.post("/edits", {"prompt": "x", "images": [image.id]}, Prefer=wish)
    assert "300" in refused(answer, 422, "invalid", "Prefer")


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel", "tab\tkey"])
def test_an_idempotency_key_outside_its_limits_is_refused(api, image, nothing_happens, key):
    answer = api.post("/edits", {"prompt": "x", "images": [image.id]}, Idempotency_Key=key)
    assert "255" in refused(answer, 422, "invalid", "Idempotency-Key")
