"""A server on a real socket that behaves as badly as it is told to."""

import asyncio
import gzip
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Behaviour = Callable[["Visit"], Awaitable[None]]


class Visit:
    """One connection: what was read of the request, and the writer to answer with."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.said = 0

    async def read_request(self) -> bytes:
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        return head + await self.reader.readexactly(length)

    async def say(self, answer: bytes) -> None:
        self.said += len(answer)
        self.writer.write(answer)
        await self.writer.drain()

    def reset(self) -> None:
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class Server:
    """What the server saw: connections, and whole requests."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self.requests: list[bytes] = []
        self.visits: list[Visit] = []
        self.asked = asyncio.Event()

    def url(self, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}/x"


@asynccontextmanager
async def serving(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    seen = Server()
    visits: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        visits.add(task)
        seen.connections += 1
        try:
            met = Visit(reader, writer)
            seen.visits.append(met)
            if behaviour not in (reset_unread, greet):
                while True:
                    seen.requests.append(await met.read_request())
                    seen.asked.set()
                    await behaviour(met)
            await behaviour(met)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(visit, "127.0.0.1", 0, ssl=tls)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in visits:
            task.cancel()
        await asyncio.gather(*visits, return_exceptions=True)


def answer(body: bytes, *, status: str = "200 OK", headers: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n".encode() + headers + b"\r\n" + body


async def reset_unread(visit: Visit) -> None:
    visit.reset()
    raise ConnectionError


async def greet(visit: Visit) -> None:
    await visit.say(b"220 mail.example.com\r\n")


async def reset(visit: Visit) -> None:
    visit.reset()
    raise ConnectionError


async def close(visit: Visit) -> None:
    raise ConnectionError


async def half_a_status_line(visit: Visit) -> None:
    await visit.say(b"HTTP/1.1 20")
    raise ConnectionError


async def no_http(visit: Visit) -> None:
    await visit.say(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    raise ConnectionError


async def cut_body(visit: Visit) -> None:
    await visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    raise ConnectionError


async def cut_chunk(visit: Visit) -> None:
    await visit.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
    raise ConnectionError


async def bad_chunk(visit: Visit) -> None:
    await visit.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n")


async def endless_header(visit: Visit) -> None:
    await visit.say(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000)
    raise ConnectionError


async def bad_gzip(visit: Visit) -> None:
    await visit.say(answer(b"not gzip at all", headers=b"Content-Encoding: gzip\r\n"))


async def drip(visit: Visit) -> None:
    await visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        await visit.say(b" ")
        await asyncio.sleep(0.05)


async def hang(visit: Visit) -> None:
    await asyncio.Event().wait()


async def huge(visit: Visit) -> None:
    await visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n")
    while True:
        await visit.say(b" " * 65536)


async def gzip_bomb(visit: Visit) -> None:
    await visit.say(answer(gzip.compress(b" " * 20_000_000, compresslevel=1), headers=b"Content-Encoding: gzip\r\n"))


async def gzip_bomb_in_gzip(visit: Visit) -> None:
    bomb = gzip.compress(gzip.compress(b" " * 20_000_000))
    await visit.say(answer(bomb, headers=b"Content-Encoding: gzip, gzip\r\n"))


async def header_flood(visit: Visit) -> None:
    await visit.say(b"HTTP/1.1 200 OK\r\n")
    while True:
        await visit.say(b"X-Flood: " + b"a" * 1000 + b"\r\n")


async def well(visit: Visit) -> None:
    await visit.say(answer(b"{}"))


async def move(visit: Visit) -> None:
    await visit.say(answer(b"", status="302 Found", headers=b"Location: /y\r\n"))
