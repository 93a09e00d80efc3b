"""What the transport makes of every way in which a connection can fail, on real sockets."""

import asyncio
import socket
import ssl
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from editor.providers.base import HttpRequest, HttpResponse
from editor.providers.errors import NotSent, OutcomeUnknown
from editor.providers.transport import Transport
from tests.editor.providers import wire

KEY = "sk-very-secret"


async def send(
    url: str,
    *,
    method: str = "POST",
    seconds: float = 5,
    certificates: str | None = None,
    key: str = KEY,
    transport: Transport | None = None,
) -> HttpResponse:
    used = transport or Transport(connections=2, certificates=certificates)
    request = HttpRequest(method, url, {"Authorization": f"Bearer {key}"}, {"a": 1} if method == "POST" else None)
    try:
        return await used.send(request, seconds=seconds, max_bytes=100_000)
    finally:
        if transport is None:
            await used.close()


def test_a_reply_is_read_whole_with_lower_case_headers() -> None:
    async def scene() -> None:
        async with wire.serving(wire.well) as server:
            response = await send(server.url())
            assert (response.status, response.body, response.headers["content-length"]) == (200, b"{}", "2")
            head, body = server.requests[0].split(b"\r\n\r\n")
            assert body == b'{"a":1}'
            assert b"content-type: application/json" in head.lower()
            assert b"accept-encoding: identity" in head.lower()
            assert f"authorization: Bearer {KEY}".lower().encode() in head.lower()

    asyncio.run(scene())


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize(
    "behaviour",
    [
        wire.reset_unread,
        wire.reset,
        wire.close,
        wire.half_a_status_line,
        wire.no_http,
        wire.cut_body,
        wire.cut_chunk,
        wire.bad_chunk,
        wire.endless_header,
        wire.bad_gzip,
        wire.header_flood,
        wire.huge,
        wire.gzip_bomb,
        wire.gzip_bomb_in_gzip,
    ],
)
def test_once_a_connection_stood_the_outcome_is_unknown_and_nothing_paid_is_sent_twice(
    behaviour: wire.Behaviour, method: str
) -> None:
    async def scene() -> None:
        async with wire.serving(behaviour) as server:
            with pytest.raises(OutcomeUnknown) as raised:
                await send(server.url(), method=method)
            assert KEY not in repr(raised.value)
            if method == "POST":
                assert len(server.requests) <= 1
                assert server.connections == 1

    asyncio.run(scene())


@pytest.mark.parametrize(
    "behaviour", [wire.huge, wire.gzip_bomb, wire.gzip_bomb_in_gzip, wire.header_flood], ids=lambda each: each.__name__
)
def test_what_is_too_long_is_cut_at_the_cap_and_never_held(behaviour: wire.Behaviour) -> None:
    sent = 0

    async def scene() -> None:
        nonlocal sent
        async with wire.serving(behaviour) as server:
            tracemalloc.start()
            with pytest.raises(OutcomeUnknown):
                await send(server.url())
            sent = sum(visit.said for visit in server.visits)

    try:
        asyncio.run(scene())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent < 16_000_000  # the sockets' buffers: the connection was closed, not read to its end
    assert peak < 40_000_000  # 16 kB of gzip, the most that is opened at once, are 16 MB


def test_an_expired_certificate_means_that_nothing_was_sent(tmp_path: Path) -> None:
    authority = trustme.CA()
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", not_after=datetime.now(UTC) - timedelta(days=1)).configure_cert(tls)

    async def scene() -> None:
        async with wire.serving(wire.well, tls=tls) as server:
            with pytest.raises(NotSent):
                await send(server.url("https", "localhost"), certificates=str(trusted))
            assert server.requests == []

    asyncio.run(scene())


@pytest.mark.parametrize("behaviour", [wire.hang, wire.drip])
def test_the_deadline_is_wall_clock_whatever_trickles_in(behaviour: wire.Behaviour) -> None:
    async def scene() -> None:
        async with wire.serving(behaviour) as server:
            with pytest.raises(OutcomeUnknown, match="deadline"):
                await send(server.url(), seconds=0.4)
            assert len(server.requests) == 1

    asyncio.run(scene())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "http://no-such-host.invalid/x",
        "http://[::1/x",
        "ftp://127.0.0.1/x",
        "http://127.0.0.1:99999/x",
        "/no/host",
        "",
    ],
)
def test_what_never_had_a_connection_was_not_sent(url: str) -> None:
    with pytest.raises(NotSent):
        asyncio.run(send(url))


@pytest.mark.parametrize("key", ["with\nnewline", "with-ü-umlaut", "with\0zero"])
def test_a_key_that_cannot_be_a_header_is_not_sent_and_not_told(key: str) -> None:
    async def scene() -> None:
        async with wire.serving(wire.well) as server:
            with pytest.raises(NotSent) as raised:
                await send(server.url(), key=key)
            assert key not in str(raised.value)
            assert server.requests == []

    asyncio.run(scene())


def test_a_deadline_before_a_connection_stood_is_not_sent() -> None:
    async def scene() -> None:
        # A listener whose queue is full answers no SYN: the connection is never made.
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            address = listener.getsockname()
            fillers = [socket.socket() for _ in range(4)]
            for filler in fillers:
                filler.settimeout(0)
                filler.connect_ex(address)
            with pytest.raises(NotSent, match="deadline"):
                await send(f"http://127.0.0.1:{address[1]}/x", seconds=0.4)
            for filler in fillers:
                filler.close()

    asyncio.run(scene())


def test_waiting_for_a_free_connection_until_the_deadline_is_not_sent() -> None:
    async def scene() -> None:
        transport = Transport(connections=1)
        async with wire.serving(wire.hang) as server:
            first = asyncio.create_task(send(server.url(), seconds=3, transport=transport))
            await server.asked.wait()
            with pytest.raises(NotSent, match="deadline"):
                await send(server.url(), seconds=0.2, transport=transport)
            assert len(server.requests) == 1
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
        await transport.close()

    asyncio.run(scene())


def test_without_a_trusted_certificate_nothing_is_sent(tmp_path: Path) -> None:
    authority = trustme.CA()
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))

    async def scene() -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(tls)
        async with wire.serving(wire.well, tls=tls) as server:
            for url, certificates in [
                (server.url("https", "localhost"), None),  # an authority nobody trusts
                (server.url("https"), str(trusted)),  # another host's certificate
            ]:
                with pytest.raises(NotSent):
                    await send(url, certificates=certificates)
            assert server.requests == []
            assert (await send(server.url("https", "localhost"), certificates=str(trusted))).status == 200

        async with wire.serving(wire.greet) as plain:
            with pytest.raises(NotSent):
                await send(plain.url("https"))
            assert plain.requests == []

    asyncio.run(scene())


def test_a_redirect_is_a_reply_and_is_not_followed() -> None:
    async def scene() -> None:
        async with wire.serving(wire.move) as server:
            assert (await send(server.url())).status == 302
            assert len(server.requests) == 1

    asyncio.run(scene())


@pytest.mark.parametrize(("method", "connections"), [("GET", 1), ("POST", 3)])
def test_a_paid_post_has_a_connection_of_its_own_and_a_poll_shares(method: str, connections: int) -> None:
    async def scene() -> None:
        transport = Transport()
        async with wire.serving(wire.well) as server:
            for _ in range(3):
                await send(server.url(), method=method, transport=transport)
            assert server.connections == connections
        await transport.close()

    asyncio.run(scene())


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async def scene() -> None:
        async with wire.serving(wire.well) as server:
            assert (await send(server.url())).status == 200

    asyncio.run(scene())


def test_a_stopped_caller_stays_stopped() -> None:
    async def scene() -> None:
        async with wire.serving(wire.hang) as server:
            task = asyncio.create_task(send(server.url()))
            await server.asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(scene())
