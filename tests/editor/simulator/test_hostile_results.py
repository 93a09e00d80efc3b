"""The faults of results: addresses that lead nowhere good, and bytes that are not the picture."""

import itertools
import json
from io import BytesIO

import httpx
import pytest
from PIL import Image

from tests.editor.simulator.conftest import Customer, Listener
from tests.simulator_fixture import Simulator

INSIDE = "http://169.254.169.254/latest/meta-data/"


@pytest.fixture
def url_of(customer: Customer, simulator: Simulator, listener: Listener):
    """Order a fault and a job, and give the addresses of its results once it is done."""

    def url_of(fault: str, **options: str) -> list[str]:
        simulator.order(fault, times=1, **options)
        ticket = customer.ticket(callback_url=listener.url)
        listener.posted.get(timeout=10)
        return [image["url"] for image in customer.query(ticket)["data"]["result"]["images"]]

    return url_of


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


@pytest.mark.parametrize(
    ("fault", "status", "location"),
    [("expired_result_url", 403, None), ("redirected_result", 302, INSIDE), ("dead_result_url", 404, None)],
)
def test_an_address_can_lead_nowhere(url_of, fault, status, location):
    answer = get(url_of(fault)[0])
    assert (answer.status_code, answer.headers.get("Location")) == (status, location)


def test_an_address_can_be_anything(url_of):
    assert url_of("foreign_result_url") == [INSIDE]
    assert url_of("foreign_result_url", url="file:///etc/passwd") == ["file:///etc/passwd"]


def test_fifty_pictures_can_come_of_one_order(url_of):
    urls = url_of("many_pictures")
    assert len(set(urls)) == 50
    assert get(urls[49]).content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("fault", "options", "size"),
    [
        ("speck_result", {}, (1, 1)),
        ("speck_result", {"side": "300"}, (300, 300)),
        ("wrong_shape_result", {}, (3000, 1000)),
        ("animated_result", {}, (512, 512)),
    ],
)
def test_a_picture_can_be_another(url_of, fault, options, size):
    picture = Image.open(BytesIO(get(url_of(fault, **options)[0]).content))
    assert picture.size == size
    assert getattr(picture, "n_frames", 1) == (2 if fault == "animated_result" else 1)


def test_a_result_can_be_empty_or_no_picture(url_of):
    assert get(url_of("empty_result")[0]).content == b""
    assert get(url_of("wrong_result")[0]).content == b"this is not a picture"


@pytest.mark.parametrize(("fault", "length"), [("huge_result", 200_000_000), ("drip_result", None)])
def test_a_result_can_be_too_much_or_too_slow(url_of, fault, length):
    with httpx.stream("GET", url_of(fault)[0], trust_env=False, timeout=10) as answer:
        assert length is None or int(answer.headers["Content-Length"]) == length
        assert len(next(answer.iter_raw())) == 1 or length


@pytest.mark.parametrize("fault", ["gzip_bomb", "huge_reply"])
def test_a_reply_can_be_without_end(customer: Customer, simulator: Simulator, fault: str) -> None:
    simulator.order(fault)
    request = {"model": "bytedance/seedream-4.5/edit", "args": {}}
    args = {"prompt": "x", "image_urls": ["http://a/b"], "aspect_ratio": "1:1", "num_images": 1}
    with customer.http.stream("POST", "/api/v1/job/create", json={**request, "args": args}) as answer:
        assert answer.headers.get("Content-Encoding") == ("gzip" if fault == "gzip_bomb" else None)
        assert sum(map(len, itertools.islice(answer.iter_bytes(), 4))) > 100_000
    assert simulator.counts()["jobs"] == 1


def test_a_callback_can_say_done_of_a_job_that_failed(customer: Customer, simulator: Simulator, listener: Listener):
    simulator.order("fail_job")
    simulator.order("callback_says_done")
    ticket = customer.ticket(callback_url=listener.url)
    assert json.loads(listener.posted.get(timeout=10)[1])["data"]["status"] == 2
    assert customer.query(ticket)["data"]["status"] == 3


def test_a_poll_can_tell_another_jobs_story(customer: Customer, simulator: Simulator) -> None:
    first, second = customer.ticket(), customer.ticket()
    simulator.order("poll_another_id")
    assert customer.query(second)["data"]["id"] == first
    assert customer.query(second)["data"]["id"] == second
