"""What the simulated ShortAPI takes, refuses and delivers."""

import json
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from editor.simulator.darkroom import SIZES
from tests.editor.simulator.conftest import Customer, Listener
from tests.simulator_fixture import Simulator


def finished(customer: Customer, listener: Listener, **args: Any) -> dict[str, Any]:
    """Order, wait for the callback, ask."""
    ticket = customer.ticket(callback_url=f"{listener.url}/done", **args)
    listener.posted.get(timeout=20)
    return customer.query(ticket)


def test_an_order_is_named_priced_and_delivered(customer: Customer, listener: Listener, simulator: Simulator) -> None:
    created = customer.create(num_images=2, callback_url=f"{listener.url}/done").json()
    assert created["code"] == 0
    assert created["data"]["amount"] == "0.076"

    path, body = listener.posted.get(timeout=20)
    answer = customer.query(created["data"]["job_id"])

    assert path == "/done"
    assert json.loads(body)["data"]["job_id"] == created["data"]["job_id"]
    assert answer["data"]["status"] == 2
    assert len(answer["data"]["result"]["images"]) == 2
    counts = simulator.counts()
    assert (counts["posts"], counts["jobs"], counts["billed_usd"]) == (1, 1, "0.076")
    assert counts["jobs_by_prompt"] == {"warmer": 1}


def test_a_flat_result_is_small_of_the_right_size_and_like_no_other(customer: Customer, listener: Listener) -> None:
    answer = finished(customer, listener, num_images=2)
    first, second = (httpx.get(image["url"], trust_env=False).content for image in answer["data"]["result"]["images"])
    assert first != second
    assert 50_000 < len(first) < 80_000
    assert Image.open(BytesIO(first)).size == (2048, 2048)


@pytest.mark.parametrize("ratio", SIZES["2K"])
def test_a_prompt_edits_the_picture_it_was_handed(
    customer: Customer, listener: Listener, simulator: Simulator, ratio: str
) -> None:
    simulator.profile(render="edit", latency=0)
    answer = finished(
        customer,
        listener,
        prompt="Mirror it, black and white",
        image_urls=[f"{listener.url}/leaf.png"],
        aspect_ratio=ratio,
    )
    url = answer["data"]["result"]["images"][0]["url"]
    picture = Image.open(BytesIO(httpx.get(url, trust_env=False).content))
    assert picture.size == SIZES["2K"][ratio]
    left, right = (picture.getpixel((round(picture.width * x), 200)) for x in (0.1, 0.9))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert max(left) - min(left) <= 4, "grey"
    assert left[0] > right[0], "red, the lighter grey, was on the right"
    assert simulator.counts()["fetched_images"] == 1


def test_a_picture_that_cannot_be_fetched_fails_the_job_and_bills_nothing(
    customer: Customer, listener: Listener, simulator: Simulator
) -> None:
    simulator.profile(render="edit", latency=0)
    answer = finished(customer, listener, image_urls=[f"{listener.url}/missing.png"])
    assert answer["data"]["status"] == 3
    assert answer["data"]["refunded"] is True
    assert answer["data"]["error"] == "failed to fetch image 0: HTTP 404"
    assert simulator.counts()["billed_usd"] == "0"


@pytest.mark.parametrize(
    ("args", "info"),
    [
        ({"aspect_ratio": "5:4"}, "unsupported aspect_ratio"),
        ({"aspect_ratio": None}, "prompt, image_urls and aspect_ratio are required"),
        ({"prompt": "  "}, "prompt, image_urls and aspect_ratio are required"),
        ({"image_urls": []}, "image_urls takes 1 to 10 URLs"),
        ({"image_urls": ["http://a/b.jpg"] * 11}, "image_urls takes 1 to 10 URLs"),
        ({"image_urls": [7]}, "image_urls takes 1 to 10 URLs"),
        ({"num_images": 7}, "callback_url must be a string and num_images 1 to 6"),
        ({"num_images": "2"}, "callback_url must be a string and num_images 1 to 6"),
        ({"num_images": True}, "callback_url must be a string and num_images 1 to 6"),
        ({"seed": 4}, "unknown field seed"),
        ({"watermark": False}, "unknown field watermark"),
    ],
)
def test_what_the_document_does_not_allow_is_refused_and_makes_nothing(
    customer: Customer, simulator: Simulator, args: dict[str, Any], info: str
) -> None:
    response = customer.create(**args)
    assert (response.status_code, response.json()) == (200, {"code": 1001, "info": info})
    assert (simulator.counts()["refused"], simulator.counts()["jobs"]) == (1, 0)


def test_without_a_key_nothing_is_made(customer: Customer, simulator: Simulator) -> None:
    response = customer.create(headers={"Authorization": ""})
    assert (response.status_code, response.json()["code"]) == (401, 401)
    assert simulator.counts()["jobs"] == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"model": 1, "args": {}}', b"[" * 200_000])
def test_a_body_that_is_not_an_order_is_refused(customer: Customer, simulator: Simulator, body: bytes) -> None:
    response = customer.http.post("/api/v1/job/create", content=body)
    assert response.json()["code"] == 1001
    assert simulator.counts()["jobs"] == 0


def test_a_job_nobody_ordered_is_not_found(customer: Customer) -> None:
    assert customer.query("sim-nothing") == {"code": 1004, "info": "job not found"}
