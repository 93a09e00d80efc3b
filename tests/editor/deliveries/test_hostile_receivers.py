"""Receivers that would hurt us, or have us hurt somebody: refused, cut off, and never in the way of others."""

import asyncio
import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from accounts.services.record_audit import By
from editor.deliveries.courier import run_courier
from editor.egress import UNANSWERED, Network
from editor.errors import InvalidInput
from editor.models import Delivery, DeliveryTry, Endpoint
from editor.services.create_endpoint import create_endpoint
from tests.editor.deliveries.receiver import receiving

pytestmark = pytest.mark.django_db
HEAD = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def speaking(say):
    """A server that reads a request's beginning and then says what it likes."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                with suppress(OSError):
                    say(connection, stop)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def point_at(endpoint: Endpoint, url: str) -> None:
    Endpoint.objects.filter(id=endpoint.id).update(url=url)


def outcome() -> tuple[str, int | None, str]:
    noted = DeliveryTry.objects.latest("id")
    return Delivery.objects.get().state, noted.status, noted.error


def test_a_name_that_is_private_now_is_refused_at_delivery(endpoint, receiver, ended, settings):
    """Scenario 79: it was public when it was saved."""
    settings.EGRESS_ALLOW_CIDRS = ()
    point_at(endpoint, "https://hooks.example/in")

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["10.0.0.7"]

    ended()
    run_courier(seconds=5, network=Network(resolve=resolve))
    assert outcome() == ("pending", None, UNANSWERED)
    assert receiver.got == []


def test_a_name_with_one_private_answer_among_public_ones_is_refused(endpoint, ended, settings):
    settings.EGRESS_ALLOW_CIDRS = ()
    point_at(endpoint, "https://hooks.example/in")

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    ended()
    run_courier(seconds=5, network=Network(resolve=resolve))
    assert outcome() == ("pending", None, UNANSWERED)


def test_a_name_is_resolved_once_and_dialled_where_it_was_checked(endpoint, receiver, ended):
    point_at(endpoint, f"http://hooks.example:{receiver.port}/in")
    asked = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

    ended()
    run_courier(seconds=5, network=Network(resolve=resolve))
    assert outcome() == ("delivered", 200, "")
    assert asked == ["hooks.example"]
    assert receiver.got[0].headers["Host"] == f"hooks.example:{receiver.port}"


def test_our_own_api_is_refused_when_it_is_saved_and_when_it_is_sent_to(endpoint, receiver, ended, settings, alice):
    """Scenario 82: also inside what the operator allows."""
    settings.PUBLIC_BASE_URL = f"http://localhost:{receiver.port}"
    ended()
    run_courier(seconds=5)
    assert outcome() == ("pending", None, UNANSWERED)
    for url in (
        receiver.url,
        f"http://localhost:{receiver.port}/api/v1/edits",
        f"http://[::ffff:127.0.0.1]:{receiver.port}/",
    ):
        with pytest.raises(InvalidInput):
            create_endpoint(workspace_id=alice.workspace.id, by=By(), url=url, events=["edit.failed"])
    assert receiver.got == []
    assert Endpoint.objects.count() == 1


def test_a_body_without_end_is_read_for_four_kilobytes(endpoint, ended):
    """Scenario 81: 10 GB in chunks."""
    sent = [0]

    def flood(connection, stop) -> None:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while not stop.is_set() and sent[0] < 10 * 2**30:
            sent[0] += connection.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    with speaking(flood) as url:
        point_at(endpoint, url)
        ended()
        run_courier(seconds=5)
    assert outcome() == ("delivered", 200, "")
    assert DeliveryTry.objects.get().response == "x" * 4096
    assert sent[0] < 64 * 2**20


def test_headers_without_end_are_a_failure(endpoint, ended):
    """Scenario 81."""

    def headers(connection, stop) -> None:
        connection.sendall(HEAD)
        while not stop.is_set():
            connection.sendall(b"X-More: " + b"y" * 1000 + b"\r\n")

    with speaking(headers) as url:
        point_at(endpoint, url)
        ended()
        run_courier(seconds=5)
    assert outcome() == ("pending", None, UNANSWERED)


def test_who_never_answers_is_left_after_the_time(endpoint, ended):
    with speaking(lambda _, stop: stop.wait(30)) as url:
        point_at(endpoint, url)
        ended()
        run_courier(seconds=5, patience=0.3)
    assert outcome() == ("pending", None, UNANSWERED)


def test_who_says_yes_and_then_dribbles_has_taken_it(endpoint, ended):

    def dribble(connection, stop) -> None:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\nwell")
        stop.wait(30)

    with speaking(dribble) as url:
        point_at(endpoint, url)
        ended()
        run_courier(seconds=5, patience=0.3)
    assert outcome() == ("delivered", 200, "")
    assert DeliveryTry.objects.get().response == "well"


def test_a_slow_receiver_delays_no_other_and_is_not_sent_many_at_once(endpoint, receiver, ended, alice):
    gate, waiting, most, lock = threading.Event(), [0], [0], threading.Lock()

    def slow(_):
        with lock:
            waiting[0] += 1
            most[0] = max(most[0], waiting[0])
        gate.wait(30)
        with lock:
            waiting[0] -= 1
        return 200, {}, b""

    with receiving() as other:
        receiver.answer = slow
        arrived = threading.Event()
        quick_events = 6

        def quick(_):
            if len(other.got) == quick_events:
                arrived.set()
                gate.set()
            return 200, {}, b""

        other.answer = quick
        create_endpoint(workspace_id=alice.workspace.id, by=By(), url=other.url, events=["edit.canceled"])
        for _ in range(quick_events):
            ended()
        assert run_courier(seconds=10) == 2 * quick_events
        assert arrived.is_set()  # all of the quick one's came while the slow one held its first ones
        assert most[0] == 4
    assert Delivery.objects.filter(state="delivered").count() == 2 * quick_events


def test_proxies_of_the_environment_are_not_asked(endpoint, receiver, ended, monkeypatch):
    """Scenario 80."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    ended()
    run_courier(seconds=5)
    assert outcome() == ("delivered", 200, "")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/", "ftp://hooks.example/", "https://user:pw@93.184.216.34/", "https://10.0.0.7/",
        "https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://93.184.216.34:8443/", "https://127.1/",
        "javascript:alert(1)", "https://", "", "https://93.184.216.34/" + "a" * 2048,
    ],
)  # fmt: skip
def test_what_is_no_public_https_address_is_not_saved(alice, url):
    with pytest.raises(InvalidInput) as refused:
        create_endpoint(workspace_id=alice.workspace.id, by=By(), url=url, events=["edit.failed"])
    assert refused.value.param == "url"
    assert not Endpoint.objects.exists()


def test_no_loop_of_ours_is_left_behind(endpoint, ended):
    ended()
    before = threading.active_count()
    run_courier(seconds=5)
    assert threading.active_count() <= before + 1  # the resolver's thread may stay
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
