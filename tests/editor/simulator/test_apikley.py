"""What the simulated Apikley takes, refuses and delivers."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.editor.simulator.conftest import Listener
from tests.simulator_fixture import Simulator

INPUT = {
    "prompt": "warmer",
    "image_urls": ["http://127.0.0.1:9/a.jpg"],
    "aspect_ratio": "3:2",
    "quality": "high",
}


class Apikley:
    """Speaks Apikley's dialect to the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.http = httpx.Client(
            base_url=simulator.base_url("apikley"), headers={"Authorization": "Bearer key"}, timeout=10, trust_env=False
        )

    def create(self, *, callback_url: str = "", **changes: Any) -> dict[str, Any]:
        task = {name: value for name, value in (INPUT | changes).items() if value is not None}
        body = {"model": "seedream/4.5-edit", "input": task}
        return self.post(body | ({"callBackUrl": callback_url} if callback_url else {}))

    def post(self, body: Any) -> dict[str, Any]:
        response = self.http.post("/api/v1/jobs/createTask", json=body)
        assert response.status_code == 200, "failures travel in the envelope"
        return dict(response.json())

    def record(self, ticket: str) -> dict[str, Any]:
        return dict(self.http.get("/api/v1/jobs/recordInfo", params={"taskId": ticket}).json())


@pytest.fixture
def apikley(simulator: Simulator) -> Iterator[Apikley]:
    customer = Apikley(simulator)
    yield customer
    customer.http.close()


def test_a_task_is_named_done_and_counted_in_credits(
    apikley: Apikley, listener: Listener, simulator: Simulator
) -> None:
    created = apikley.create(callback_url=f"{listener.url}/done")
    assert (created["code"], created["msg"]) == (200, "success")
    posted = json.loads(listener.posted.get(timeout=10)[1])
    record = apikley.record(created["data"]["taskId"])
    assert (record["code"], record["message"]) == (200, "success")
    assert record["data"]["state"] == "success"
    assert record["data"]["creditsConsumed"] == 6.5
    assert len(json.loads(record["data"]["resultJson"])["resultUrls"]) == 1
    assert json.loads(json.loads(record["data"]["param"])["input"])["prompt"] == "warmer"
    assert (posted["code"], posted["data"]) == (200, record["data"])
    assert simulator.counts("apikley")["billed_usd"] == "0.0325"


def test_a_running_task_says_so(apikley: Apikley, simulator: Simulator) -> None:
    simulator.profile(latency=100)
    assert apikley.record(apikley.create()["data"]["taskId"])["data"]["state"] in ("waiting", "queuing", "generating")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prompt": "x" * 3001}, "prompt is required and takes up to 3000 characters"),
        ({"prompt": " "}, "prompt is required and takes up to 3000 characters"),
        ({"quality": "2K"}, "quality must be one of basic, high"),
        ({"quality": None}, "quality must be one of basic, high"),
        ({"aspect_ratio": "auto"}, "aspect_ratio must be one of 1:1, 4:3, 3:4, 16:9, 9:16, 2:3, 3:2, 21:9"),
        ({"aspect_ratio": None}, "aspect_ratio must be one of 1:1, 4:3, 3:4, 16:9, 9:16, 2:3, 3:2, 21:9"),
        ({"image_urls": []}, "image_urls must contain between 1 and 14 images"),
        ({"image_urls": ["http://a/b.jpg"] * 15}, "image_urls must contain between 1 and 14 images"),
        ({"image_urls": ["data:image/png;base64,AAAA"]}, "image_urls must be URLs"),
        ({"seed": 1}, "unknown field seed"),
        ({"n": 2}, "unknown field n"),
    ],
)
def test_what_the_page_does_not_allow_is_refused_in_the_envelope(
    apikley: Apikley, simulator: Simulator, changes: dict[str, Any], message: str
) -> None:
    assert apikley.create(**changes) == {"code": 422, "msg": message, "data": None}
    assert simulator.counts("apikley")["jobs"] == 0


def test_the_callbacks_name_is_in_camel_case(apikley: Apikley) -> None:
    body = {"model": "seedream/4.5-edit", "input": INPUT, "callback_url": "http://127.0.0.1:9/"}
    assert apikley.post(body)["msg"] == "unknown field callback_url"


def test_without_a_key_nothing_is_made(apikley: Apikley, simulator: Simulator) -> None:
    apikley.http.headers["Authorization"] = "Basic key"
    assert apikley.create()["code"] == 401
    assert simulator.counts("apikley")["jobs"] == 0


def test_a_task_is_not_visible_right_away_when_so_ordered(apikley: Apikley, simulator: Simulator) -> None:
    ticket = apikley.create()["data"]["taskId"]
    simulator.order("poll_not_found", provider="apikley")
    assert apikley.record(ticket) == {"code": 422, "msg": "recordInfo is null", "data": None}
    assert apikley.record(ticket)["code"] == 200


def test_a_failed_task_calls_back_with_501(apikley: Apikley, listener: Listener, simulator: Simulator) -> None:
    simulator.order("fail_job", provider="apikley")
    ticket = apikley.create(callback_url=listener.url)["data"]["taskId"]
    posted = json.loads(listener.posted.get(timeout=10)[1])
    assert (posted["code"], posted["msg"], posted["data"]["resultJson"]) == (501, "Playground task failed.", None)
    assert (apikley.record(ticket)["code"], apikley.record(ticket)["data"]["state"]) == (200, "fail")


def test_the_twenty_first_new_task_in_ten_seconds_is_refused_and_not_queued(
    apikley: Apikley, simulator: Simulator
) -> None:
    codes = [apikley.create()["code"] for _ in range(22)]
    assert codes == [200] * 20 + [429] * 2
    assert simulator.counts("apikley")["jobs"] == 20
    simulator.profile(limits=False)
    assert apikley.create()["code"] == 200
