"""What the simulated APIPod takes, refuses and delivers, and what it makes of a key it has seen."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import httpx
import pytest

from tests.editor.simulator.conftest import Listener
from tests.simulator_fixture import Simulator

ORDER = {"model": "seedream-v4.5-edit", "prompt": "warmer", "image_urls": ["http://127.0.0.1:9/a.jpg"]}


class Apipod:
    """Speaks APIPod's dialect to the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.http = httpx.Client(
            base_url=simulator.base_url("apipod"), headers={"Authorization": "Bearer key"}, timeout=10, trust_env=False
        )

    def create(self, key: str = "", **changes: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post("/v1/images/generations", json=ORDER | changes, headers=headers)

    def status(self, ticket: str) -> httpx.Response:
        return self.http.get(f"/v1/images/status/{ticket}")


def ticket_of(response: httpx.Response) -> str:
    assert response.status_code == 200
    return str(response.json()["data"]["task_id"])


@pytest.fixture
def apipod(simulator: Simulator) -> Iterator[Apipod]:
    customer = Apipod(simulator)
    yield customer
    customer.http.close()


def test_a_task_is_named_priced_done_and_called_back_for(
    apipod: Apipod, listener: Listener, simulator: Simulator
) -> None:
    created = apipod.create(callback_url=listener.url, quality="4K", aspect_ratio="21:9")
    ticket = ticket_of(created)
    assert created.headers["X-Request-Cost"] == "0.04"
    assert created.headers["X-Request-ID"] == f"req_{ticket}"
    assert "X-Idempotent-Replay" not in created.headers
    posted = json.loads(listener.posted.get(timeout=10)[1])
    answer = apipod.status(ticket).json()
    assert (answer["code"], answer["data"]["status"], answer["data"]["usage"]) == (200, "completed", {"cost": 0.04})
    assert isinstance(answer["data"]["completed_at"], int)
    assert (posted["task_id"], posted["status"], posted["result"]) == (ticket, "completed", answer["data"]["result"])
    assert posted["completed_at"].endswith("Z")
    assert simulator.counts("apipod")["billed_usd"] == "0.04"


def test_the_same_key_and_body_make_one_task_however_often_they_come(apipod: Apipod, simulator: Simulator) -> None:
    first, second, third = (apipod.create("att_1") for _ in range(3))
    assert ticket_of(first) == ticket_of(second) == ticket_of(third)
    assert [reply.headers.get("X-Idempotent-Replay") for reply in (first, second, third)] == [None, "true", "true"]
    counts = simulator.counts("apipod")
    assert (counts["posts"], counts["replays"], counts["jobs"], counts["billed_usd"]) == (3, 2, 1, "0.04")
    assert (counts["posts_by_key"], counts["jobs_by_key"]) == ({"att_1": 3}, {"att_1": 1})


def test_another_key_or_none_makes_another_task(apipod: Apipod, simulator: Simulator) -> None:
    assert len({ticket_of(apipod.create(key)) for key in ("att_1", "att_2", "", "")}) == 4
    assert simulator.counts("apipod")["jobs"] == 4


def test_another_body_under_a_key_is_a_conflict(apipod: Apipod, simulator: Simulator) -> None:
    ticket_of(apipod.create("att_1"))
    conflict = apipod.create("att_1", prompt="cooler")
    assert (conflict.status_code, conflict.json()["data"]["error_code"]) == (409, "idempotency_conflict")
    assert simulator.counts("apipod")["jobs"] == 1


def test_a_key_still_at_work_is_to_be_asked_for_again(apipod: Apipod, simulator: Simulator, listener: Listener) -> None:
    """The first request is held by a fault that finishes the job before it answers, which takes some time here."""
    simulator.profile(render="edit", latency=0)
    simulator.order("callback_before_answer", provider="apipod")
    slow = {"image_urls": [f"{listener.url}/leaf.png"] * 3, "quality": "4K"}
    replies: Queue[httpx.Response] = Queue()
    first = threading.Thread(target=lambda: replies.put(apipod.create("att_1", **slow)))
    first.start()
    while not simulator.counts("apipod")["jobs"]:
        pass
    busy = apipod.create("att_1", **slow)
    first.join()
    assert (busy.status_code, busy.headers["Retry-After"]) == (409, "1")
    assert busy.json()["data"]["error_code"] == "idempotency_in_progress"
    assert ticket_of(apipod.create("att_1", **slow)) == ticket_of(replies.get())
    assert simulator.counts("apipod")["jobs_by_key"] == {"att_1": 1}


@pytest.mark.parametrize("fault", ["accept_then_drop", "error_500", "html_200", "empty_200", "in_progress"])
def test_a_lost_answer_can_be_had_by_a_replay(apipod: Apipod, simulator: Simulator, fault: str) -> None:
    simulator.order(fault, provider="apipod")
    try:
        assert apipod.create("att_1").status_code in (200, 409, 500)
    except httpx.TransportError:
        assert fault == "accept_then_drop"
    again = apipod.create("att_1")
    assert again.headers["X-Idempotent-Replay"] == "true"
    assert simulator.counts("apipod")["job_ids"] == [ticket_of(again)]


@pytest.mark.parametrize(("fault", "status"), [("reject", 200), ("content_refused", 200), ("rate_limit", 429)])
def test_what_a_key_has_made_is_answered_before_the_order_is_judged(
    apipod: Apipod, simulator: Simulator, fault: str, status: int
) -> None:
    ticket_of(apipod.create("att_1"))
    simulator.order(fault, provider="apipod")
    assert apipod.create("att_1").status_code == status
    assert simulator.counts("apipod")["jobs"] == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prompt": "x" * 4001}, "prompt is required and takes up to 4000 characters"),
        ({"model": "seedream"}, "model must be seedream-v4.5-edit"),
        ({"quality": "8K"}, "quality must be one of 2K, 4K"),
        ({"image_urls": ["http://a/b.jpg"] * 15}, "image_urls must contain between 1 and 14 images"),
        ({"callback_url": "mailto:a@b"}, "callback_url must be a URL"),
        ({"n": 2}, "unknown field n"),
    ],
)
def test_what_the_page_does_not_allow_is_refused_and_makes_nothing(
    apipod: Apipod, simulator: Simulator, changes: dict[str, Any], message: str
) -> None:
    response = apipod.create(**changes)
    assert (response.status_code, response.json()["message"]) == (400, message)
    assert response.json()["data"]["error_code"] == "invalid_request"
    assert simulator.counts("apipod")["jobs"] == 0


def test_errors_come_in_two_shapes(apipod: Apipod, simulator: Simulator) -> None:
    simulator.order("out_of_credit", provider="apipod")
    assert (apipod.create().status_code, apipod.status("img_none").status_code) == (402, 404)
    assert apipod.create("k" * 256).json()["data"]["error_code"] == "invalid_request"
    apipod.http.headers["Authorization"] = ""
    assert apipod.create().json()["error"]["code"] == "invalid_api_key"
    assert simulator.counts("apipod")["jobs"] == 0


@pytest.mark.parametrize(("refusals", "tries"), [(2, 3), (9, 5)])
def test_a_callback_is_tried_five_times_until_it_is_acknowledged(
    apipod: Apipod, simulator: Simulator, refusals: int, tries: int
) -> None:
    posted: Queue[str | None] = Queue()
    answers = iter([503] * refusals + [204])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(next(answers))
            self.send_header("Content-Length", "0")
            self.end_headers()
            posted.put(self.headers["User-Agent"])

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        apipod.create(callback_url=f"http://127.0.0.1:{server.server_port}/")
        agents = [posted.get(timeout=20) for _ in range(tries)]
        server.shutdown()
        thread.join()
    assert agents == ["APIPod-Callback/1.0"] * tries
    assert simulator.counts("apipod")["callbacks"] == tries
