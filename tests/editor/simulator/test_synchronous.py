"""Pixazo's and AI/ML API's dialects, strict and answered when the work is done."""

import base64
from decimal import Decimal
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from editor.simulator import aimlapi, pixazo
from editor.simulator.orders import Refusal
from tests.editor.simulator.conftest import Listener
from tests.simulator_fixture import Simulator

PIXAZO = {"model": "seedream-4-5-251128", "prompt": "warmer", "image": "http://127.0.0.1:9/a.jpg", "size": "2048x2048"}
SEEDEDIT = {"model": "seededit-3-0-i2i-250628", "prompt": "warmer", "image": "http://127.0.0.1:9/a.jpg"}
AIMLAPI = {"model": "bytedance/seedream-4-5", "prompt": "warmer", "image_urls": ["http://127.0.0.1:9/a.jpg"]}
KEYS = {"Authorization": "Bearer key", "Ocp-Apim-Subscription-Key": "key"}


def post(simulator: Simulator, provider: str, body: Any, headers: Any = KEYS) -> httpx.Response:
    path = {"pixazo": pixazo.SUBMIT_PATH, "aimlapi": aimlapi.SUBMIT_PATH}[provider]
    return httpx.post(simulator.base_url(provider) + path, json=body, headers=headers, trust_env=False, timeout=30)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 7},
        {"guidance_scale": 5.5},
        {"size": "adaptive"},
        {"size": "1024x1024"},
        {"size": "8000x8000"},
        {"size": "12000x400"},
        {"size": 2048},
        {"size": None},
        {"image": ["http://127.0.0.1:9/a.jpg"]},
        {"image": ""},
        {"prompt": " "},
        {"model": "seedream-4"},
        {"watermark": "no"},
        {"response_format": "b64"},
        {"response_format": []},
        {"n": 1},
        {"callback_url": "http://127.0.0.1:9"},
    ],
    ids=str,
)
def test_pixazo_refuses_what_its_model_does_not_take(change: dict[str, Any]) -> None:
    assert pixazo.read_order(PIXAZO).size == (2048, 2048)
    with pytest.raises(Refusal):
        pixazo.read_order({**PIXAZO, **change})


@pytest.mark.parametrize(
    "change",
    [{"size": "2K"}, {"seed": -2}, {"seed": 2**31}, {"seed": True}, {"guidance_scale": 0.9}, {"guidance_scale": "5"}],
    ids=str,
)
def test_seededit_has_settings_and_limits_of_its_own(change: dict[str, Any]) -> None:
    order = pixazo.read_order({**SEEDEDIT, "seed": 2**31 - 1, "guidance_scale": 10, "size": "adaptive"})
    assert order.size is None
    with pytest.raises(Refusal):
        pixazo.read_order({**SEEDEDIT, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"image_urls": []},
        {"image_urls": ["http://127.0.0.1:9/a.jpg"] * 15},
        {"image_urls": [7]},
        {"image_urls": "http://127.0.0.1:9/a.jpg"},
        {"image_size": {"width": 1440, "height": 1440}},
        {"image_size": {"width": 5504, "height": 3040}},
        {"image_size": {"width": 2048}},
        {"image_size": {"width": 2048, "height": 2048, "depth": 1}},
        {"image_size": "2k"},
        {"seed": "7"},
        {"guidance_scale": 5},
        {"n": 1},
        {"model": "bytedance/seedream-v4-edit"},
    ],
    ids=str,
)
def test_aimlapi_refuses_what_its_schema_does_not_take(change: dict[str, Any]) -> None:
    assert aimlapi.read_order({**AIMLAPI, "seed": 7, "image_size": {"width": 2560, "height": 1440}}).size == (
        2560,
        1440,
    )
    with pytest.raises(Refusal):
        aimlapi.read_order({**AIMLAPI, **change})


@pytest.mark.parametrize("body", [None, [], "x", 7, {}])
def test_a_body_that_is_no_order_is_refused(body: object) -> None:
    for dialect in (pixazo, aimlapi):
        with pytest.raises(Refusal):
            dialect.read_order(body)


def test_each_refuses_in_its_own_words(simulator: Simulator) -> None:
    answer = post(simulator, "pixazo", PIXAZO, {"Authorization": "Bearer key"})
    assert (answer.status_code, answer.json()) == (401, {"error": "Invalid or missing authentication"})
    answer = post(simulator, "aimlapi", AIMLAPI, {"Ocp-Apim-Subscription-Key": "key"})
    assert (answer.status_code, answer.json()["statusCode"], answer.json()["message"]) == (401, 401, "Invalid API key")
    simulator.order("out_of_credit", provider="pixazo")
    simulator.order("out_of_credit", provider="aimlapi")
    assert post(simulator, "pixazo", PIXAZO).status_code == 402
    assert post(simulator, "aimlapi", AIMLAPI).status_code == 403


def test_the_answer_waits_for_the_work(simulator: Simulator) -> None:
    simulator.profile(latency=0.6)
    assert len(post(simulator, "pixazo", PIXAZO).json()["data"]) == 1
    counts = simulator.counts("pixazo")
    assert (counts["running"], counts["done"]) == (0, 1)


def test_aimlapi_counts_credits_in_body_and_headers(simulator: Simulator) -> None:
    answer = post(simulator, "aimlapi", AIMLAPI)
    assert answer.json()["meta"] == {"usage": {"credits_used": 84000}}
    assert answer.headers["x-aimlapi-credits-used"] == "84000"
    assert Decimal(answer.headers["x-aimlapi-usd-spent"]) == Decimal("0.042")
    assert answer.headers["x-inference-id"] == simulator.counts("aimlapi")["job_ids"][0]
    assert answer.json()["data"][0]["size"] == "2048x2048"


@pytest.mark.parametrize(("provider", "body"), [("pixazo", PIXAZO), ("aimlapi", AIMLAPI)])
def test_base64_comes_when_it_is_asked_for(simulator: Simulator, provider: str, body: Any) -> None:
    (item,) = post(simulator, provider, {**body, "response_format": "b64_json"}).json()["data"]
    assert item.keys() - {"size"} == {"b64_json"}
    assert Image.open(BytesIO(base64.b64decode(item["b64_json"]))).size == (2048, 2048)


def test_seededit_keeps_the_shape_of_its_picture(simulator: Simulator, listener: Listener) -> None:
    simulator.profile(render="edit")
    answer = post(simulator, "pixazo", {**SEEDEDIT, "image": f"{listener.url}/leaf.png", "response_format": "b64_json"})
    width, height = Image.open(BytesIO(base64.b64decode(answer.json()["data"][0]["b64_json"]))).size
    assert width / height == pytest.approx(1.5, rel=0.01)
    assert width * height == pytest.approx(1024 * 1024, rel=0.01)


def test_a_job_set_that_nobody_made_is_not_found(simulator: Simulator) -> None:
    url = simulator.base_url("pixazo") + pixazo.POLL_PATH
    bodies: tuple[object, ...] = ({"job_set_id": "sim-000"}, {}, [])
    for body in bodies:
        answer = httpx.post(url, json=body, headers=KEYS, trust_env=False)
        assert (answer.status_code, answer.json()) == (404, {"error": "job not found"})
