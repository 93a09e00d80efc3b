"""Every fault of the table can be ordered, strikes as it says and then is over."""

import json
from decimal import Decimal
from queue import Empty
from typing import Any

import httpx
import pytest

from editor.simulator.faults import FAULTS
from tests.editor.simulator.conftest import Customer, Listener
from tests.simulator_fixture import Simulator

CUT = ("accept_then_drop", "drop")


@pytest.mark.parametrize("fault", CUT)
def test_a_cut_connection_gives_no_answer(customer: Customer, simulator: Simulator, fault: str) -> None:
    simulator.order(fault)
    with pytest.raises(httpx.TransportError):
        customer.create()
    assert simulator.counts()["jobs"] == int(FAULTS[fault].takes_order)
    assert customer.create().status_code == 200, "the fault is over"


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("html_200", 200, None),
        ("empty_200", 200, {}),
        ("error_500", 500, {"code": 500, "info": "internal error"}),
        ("reject", 200, {"code": 1001, "info": "the simulator was told to refuse this"}),
        ("out_of_credit", 402, {"code": 402, "info": "insufficient balance"}),
        ("bad_key", 401, {"code": 401, "info": "invalid api key"}),
        ("content_refused", 200, {"code": 1002, "info": "the prompt was blocked by content moderation"}),
        ("image_unfetchable", 200, {"code": 1003, "info": "failed to fetch image 0: timed out"}),
    ],
)
def test_a_faulty_answer_comes_once_and_makes_a_job_if_it_says_so(
    customer: Customer, simulator: Simulator, fault: str, status: int, body: Any
) -> None:
    simulator.order(fault)
    response = customer.create()
    assert response.status_code == status
    assert body == response.json() if body is not None else "<html" in response.text or "<!doctype" in response.text
    assert simulator.counts()["jobs"] == int(FAULTS[fault].takes_order)
    assert simulator.counts()["faults_waiting"] == []
    assert customer.create().json()["code"] == 0


@pytest.mark.parametrize("retry_after", ["7", "0", "-1", "1e309", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_rate_limit_carries_the_retry_after_that_was_ordered(
    customer: Customer, simulator: Simulator, retry_after: str
) -> None:
    simulator.order("rate_limit", times=2, retry_after=retry_after)
    for _ in range(2):
        response = customer.create()
        assert (response.status_code, response.headers["Retry-After"]) == (429, retry_after)
    assert customer.create().status_code == 200


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_hanging_or_dripping_answer_outlasts_its_caller_and_the_job_is_made(
    customer: Customer, simulator: Simulator, fault: str
) -> None:
    simulator.order(fault)
    customer.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.TimeoutException):
        customer.create()
    assert simulator.counts()["jobs"] == 1


@pytest.mark.parametrize(("fault", "status"), [("fail_job", 3), ("fail_content", 3)])
def test_a_failing_job_is_refunded(
    customer: Customer, simulator: Simulator, listener: Listener, fault: str, status: int
) -> None:
    simulator.order(fault)
    ticket = customer.ticket(callback_url=listener.url)
    listener.posted.get(timeout=10)
    assert customer.query(ticket)["data"]["status"] == status
    assert simulator.counts()["billed_usd"] == "0"


@pytest.mark.parametrize(("fault", "images"), [("missing_picture", 1), ("no_result_url", 0)])
def test_a_job_can_deliver_less_than_ordered(
    customer: Customer, simulator: Simulator, listener: Listener, fault: str, images: int
) -> None:
    simulator.order(fault)
    ticket = customer.ticket(callback_url=listener.url, num_images=2)
    listener.posted.get(timeout=10)
    assert len(customer.query(ticket)["data"]["result"]["images"]) == images


@pytest.mark.parametrize(("fault", "status"), [("dead_result_url", 404), ("wrong_result", 200)])
def test_a_result_can_be_dead_or_no_picture(
    customer: Customer, simulator: Simulator, listener: Listener, fault: str, status: int
) -> None:
    simulator.order(fault)
    ticket = customer.ticket(callback_url=listener.url)
    listener.posted.get(timeout=10)
    result = httpx.get(customer.query(ticket)["data"]["result"]["images"][0]["url"], trust_env=False)
    assert result.status_code == status
    assert not result.content.startswith(b"\xff\xd8")


def test_a_job_can_run_for_ever(customer: Customer, simulator: Simulator, listener: Listener) -> None:
    simulator.order("never_finish")
    ticket = customer.ticket(callback_url=listener.url)
    assert customer.query(ticket)["data"]["status"] == 1
    with pytest.raises(Empty):
        listener.posted.get(timeout=0.2)


def test_a_callback_can_come_before_the_answer(customer: Customer, simulator: Simulator, listener: Listener) -> None:
    simulator.order("callback_before_answer")
    ticket = customer.ticket(callback_url=listener.url)
    assert json.loads(listener.posted.get_nowait()[1])["data"]["job_id"] == ticket


@pytest.mark.parametrize(("fault", "times"), [("callback_five_times", 5), ("no_callback", 0)])
def test_a_callback_can_come_often_or_never(
    customer: Customer, simulator: Simulator, listener: Listener, fault: str, times: int
) -> None:
    simulator.order(fault)
    customer.create(callback_url=f"{listener.url}/first")
    for _ in range(times):
        assert listener.posted.get(timeout=10)[0] == "/first"
    customer.create(callback_url=f"{listener.url}/second")
    assert listener.posted.get(timeout=10)[0] == "/second"
    assert simulator.counts()["callbacks"] == times + 1


def test_a_forged_callback_names_a_job_that_does_not_exist(
    customer: Customer, simulator: Simulator, listener: Listener
) -> None:
    simulator.order("forged_callback")
    ticket = customer.ticket(callback_url=listener.url)
    forged = json.loads(listener.posted.get(timeout=10)[1])["data"]
    assert forged["status"] == 2
    assert forged["job_id"] != ticket
    assert customer.query(forged["job_id"])["code"] == 1004
    assert json.loads(listener.posted.get(timeout=10)[1])["data"]["job_id"] == ticket


def test_a_price_can_change(customer: Customer, simulator: Simulator) -> None:
    simulator.order("price_change", amount="0.05")
    assert customer.create(num_images=3).json()["data"]["amount"] == "0.15"
    assert customer.create().json()["data"]["amount"] == "0.038"
    assert Decimal(simulator.counts()["billed_usd"]) == Decimal("0.188")


@pytest.mark.parametrize(("fault", "status"), [("poll_error_500", 500), ("poll_html", 200), ("poll_rate_limit", 429)])
def test_a_poll_can_fail_while_the_job_goes_on(
    customer: Customer, simulator: Simulator, fault: str, status: int
) -> None:
    ticket = customer.ticket()
    simulator.order(fault)
    assert customer.http.get("/api/v1/job/query", params={"id": ticket}).status_code == status
    assert customer.query(ticket)["code"] == 0


def test_a_poll_can_hang(customer: Customer, simulator: Simulator) -> None:
    ticket = customer.ticket()
    simulator.order("poll_hang")
    customer.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.TimeoutException):
        customer.query(ticket)


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"provider": "nobody", "fault": "hang"}, "provider"),
        ({"provider": "shortapi", "fault": "explode"}, "fault"),
        ({"provider": "shortapi", "fault": "hang", "times": 0}, "times"),
        ({"provider": "shortapi", "fault": "hang", "options": []}, "options"),
        ({"provider": "shortapi", "fault": "price_change"}, "options.amount"),
    ],
)
def test_a_bad_order_for_a_fault_names_the_field(simulator: Simulator, order: dict[str, Any], field: str) -> None:
    response = httpx.post(f"{simulator.url}/control/faults", json=order, trust_env=False)
    assert (response.status_code, response.json()["field"]) == (400, field)
    assert simulator.counts()["faults_waiting"] == []
