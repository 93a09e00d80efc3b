"""What goes out on the wire: the dialect's reply, or what an ordered fault makes of it."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from editor.simulator.fault_book import Ordered
from editor.simulator.orders import INSIDE, Reply

DRIP_SECONDS = 0.5
BLOCK = b" " * 2**20
HUGE = 2 * 10**9
BOMB_BLOCKS = 4096
FLOOD = b"".join(b"X-Flood-%05d: %s\r\n" % (number, b"a" * 1000) for number in range(1000))
WEB_PAGE = "<!doctype html><title>Service</title><h1>We will be right back</h1>"
INTERNAL_ERROR = Reply({"code": 500, "info": "internal error"}, status=500)
STILL_AT_WORK = {"message": "still being processed", "type": "conflict_error", "code": "idempotency_in_progress"}

INSTEAD = {
    "empty_200": Reply({}),
    "error_200": Reply({"error": {"message": "something went wrong"}}),
    "error_500": INTERNAL_ERROR,
    "redirect": Reply({}, status=302, headers={"Location": INSIDE}),
    "in_progress": Reply({"error": STILL_AT_WORK}, status=409, headers={"Retry-After": "1"}),
}


async def answer(request: web.Request, reply: Reply, fault: Ordered | None) -> web.StreamResponse:
    """Send a reply, or what the fault makes of it; a fault of the poll does as its namesake of the POST."""
    name = fault.name.removeprefix("poll_") if fault else ""
    if name in SPOILT:
        return await SPOILT[name](request, reply)
    return send(INSTEAD.get(name, reply))


def send(reply: Reply) -> web.Response:
    """Give a reply as it is."""
    return web.json_response(dict(reply.json), status=reply.status, headers=dict(reply.headers))


def cut(request: web.Request) -> web.StreamResponse:
    """Cut the connection."""
    if request.transport:
        request.transport.abort()
    raise ConnectionResetError("cut as ordered")


async def drip(request: web.Request, body: bytes, content_type: str) -> web.StreamResponse:
    """Send a body a byte every half second."""

    async def bytes_of() -> AsyncIterator[bytes]:
        for byte in body:
            yield bytes([byte])
            await asyncio.sleep(DRIP_SECONDS)

    return await pour(request, bytes_of(), content_type=content_type, length=len(body))


async def pour(
    request: web.Request,
    blocks: AsyncIterator[bytes],
    *,
    content_type: str,
    length: int | None = None,
    packed: str = "",
) -> web.StreamResponse:
    """Send blocks as fast as they are read; ends when the other side has had enough."""
    response = web.StreamResponse(headers={"Content-Type": content_type})
    if packed:
        response.headers["Content-Encoding"] = packed
    response.content_length = length
    await response.prepare(request)
    async for block in blocks:
        await response.write(block)
    return response


async def spaces(total: int) -> AsyncIterator[bytes]:
    """Give so many bytes of nothing."""
    for start in range(0, total, len(BLOCK)):
        yield BLOCK[: total - start]


async def _drop(request: web.Request, reply: Reply) -> web.StreamResponse:  # noqa: ARG001
    return cut(request)


async def _hang(request: web.Request, reply: Reply) -> web.StreamResponse:  # noqa: ARG001
    return await asyncio.Future()


async def _drip(request: web.Request, reply: Reply) -> web.StreamResponse:
    return await drip(request, _body(reply), "application/json")


async def _web_page(request: web.Request, reply: Reply) -> web.StreamResponse:  # noqa: ARG001
    return web.Response(text=WEB_PAGE, content_type="text/html")


async def _cut_json(request: web.Request, reply: Reply) -> web.StreamResponse:  # noqa: ARG001
    body = _body(reply)
    return web.Response(body=body[: len(body) // 2], content_type="application/json")


async def _wrong_types(request: web.Request, reply: Reply) -> web.StreamResponse:  # noqa: ARG001
    return send(Reply({name: [value] for name, value in reply.json.items()}))


async def _gzip_bomb(request: web.Request, reply: Reply) -> web.StreamResponse:  # noqa: ARG001
    async def packed() -> AsyncIterator[bytes]:
        press = zlib.compressobj(level=1, wbits=16 + zlib.MAX_WBITS)
        for _ in range(BOMB_BLOCKS):
            yield press.compress(BLOCK) + press.flush(zlib.Z_SYNC_FLUSH)
        yield press.flush()

    return await pour(request, packed(), content_type="application/json", packed="gzip")


async def _huge_reply(request: web.Request, reply: Reply) -> web.StreamResponse:  # noqa: ARG001
    return await pour(request, spaces(HUGE), content_type="application/json", length=HUGE)


async def _header_flood(request: web.Request, reply: Reply) -> web.StreamResponse:  # noqa: ARG001
    if transport := request.transport:
        transport.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(20):
            transport.write(FLOOD)
            await asyncio.sleep(0)
        transport.write(b"\r\n")
    return cut(request)


def _body(reply: Reply) -> bytes:
    return json.dumps(dict(reply.json)).encode()


SPOILT: dict[str, Callable[[web.Request, Reply], Awaitable[web.StreamResponse]]] = {
    "accept_then_drop": _drop,
    "drop": _drop,
    "hang": _hang,
    "drip": _drip,
    "html": _web_page,
    "html_200": _web_page,
    "cut_json": _cut_json,
    "wrong_types": _wrong_types,
    "gzip_bomb": _gzip_bomb,
    "huge_reply": _huge_reply,
    "header_flood": _header_flood,
}
