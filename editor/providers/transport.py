"""The only module among the providers that opens a connection: a deadline, a byte cap, one paid POST goes out once."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from editor.providers.base import HttpRequest, HttpResponse
from editor.providers.errors import NotSent, OutcomeUnknown
from editor.providers.fence import Fence

CONNECTIONS = 50
ASKING_AT_ONCE = 100
CONNECT_SECONDS = 5.0
HEADERS = {"User-Agent": "Pentimento/1", "Accept": "application/json", "Accept-Encoding": "identity"}


@dataclass(slots=True)
class _Wire:
    """How far a request got: before a connection was handed to it not a byte of it can have left."""

    connected: bool = False


_wire: ContextVar[_Wire] = ContextVar("wire")


class Transport:
    """Sends the requests of one provider, from one event loop.

    A POST is paid, so it goes out on a connection of its own: one kept open may be closed by the other side in the
    same moment, and nobody could tell whether the request was read. Everything else shares kept connections, and is
    sent once more by aiohttp when one closed under it.
    """

    def __init__(
        self,
        *,
        connections: int = CONNECTIONS,
        certificates: str | None = None,
        on_paying: Callable[[], None] = lambda: None,
        fence: Fence = Fence(),  # noqa: B008 - it is frozen
    ) -> None:
        """Open nothing yet; `certificates` is a file of further authorities to trust.

        `on_paying` is called with each piece of a POST's body, right before it is handed to the socket.
        """
        self._fence = fence
        self._on_paying = on_paying
        self._tls = httpx.create_ssl_context(trust_env=False)
        if certificates:
            self._tls.load_verify_locations(certificates)
        self._paying = self._line(connections, kept=False)
        self._asking = self._line(min(connections, ASKING_AT_ONCE), kept=True)

    async def send(self, request: HttpRequest, *, seconds: float, max_bytes: int) -> HttpResponse:
        """Send a request and read the whole reply, whatever its status; redirects are not followed.

        Raises NotSent when no connection ever stood (name, refusal, TLS, pool, time), OutcomeUnknown for all that went
        wrong later: `seconds` of wall clock over, more than `max_bytes` after decompression, a cut or garbled reply.
        """
        if not all(value.isascii() and value.isprintable() for value in request.headers.values()):
            raise NotSent("a header, perhaps the key, holds a character that cannot be sent", code="not_sent")
        wire = _Wire()
        token = _wire.set(wire)
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request, max_bytes)
        except NotSent:
            raise
        except _TooLong:
            raise OutcomeUnknown(f"the reply is longer than {max_bytes} bytes", code="too_long") from None
        # Whatever went wrong, one question matters. Its text may hold what we sent, so only its kind is passed on.
        except Exception as error:  # noqa: BLE001
            kind = "deadline" if isinstance(error, TimeoutError) else type(error.__cause__ or error).__name__
            if wire.connected:
                raise OutcomeUnknown(f"the connection failed after it stood ({kind})", code="cut") from None
            raise NotSent(f"no connection could be made ({kind})", code="not_sent") from None
        finally:
            _wire.reset(token)

    async def close(self) -> None:
        """Close every connection."""
        await self._paying.aclose()
        await self._asking.aclose()

    async def _exchange(self, request: HttpRequest, max_bytes: int) -> HttpResponse:
        url = httpx.URL(request.url)  # parsed once, so that what is judged is what is connected to
        self._fence.check(url.scheme, url.host, url.port)
        asked = httpx.Request(
            request.method,
            url,
            headers={**HEADERS, **request.headers},
            json=request.json,
            extensions={"timeout": {"connect": CONNECT_SECONDS}},
        )
        line = self._paying if request.method == "POST" else self._asking
        response = await line.handle_async_request(asked)
        try:
            # httpx opens layer after layer before anybody can count: 16 kB of gzip within gzip are gigabytes at once.
            if len(response.headers.get_list("content-encoding", split_commas=True)) > 1:
                raise httpx.DecodingError("packed more than once")
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > max_bytes:
                    raise _TooLong
            return HttpResponse(status=response.status_code, headers=_lower(response.headers), body=bytes(body))
        finally:
            await response.aclose()

    def _line(self, connections: int, *, kept: bool) -> AiohttpTransport:
        """Make a line without httpx's client before it, whose cookies, redirects and proxies nobody here wants.

        The connections are an explicit number: None would silently be aiohttp's own default of 100.
        """
        return AiohttpTransport(verify=self._tls, client=lambda: self._session(connections, kept=kept))

    def _session(self, connections: int, *, kept: bool) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(_connected)
        trace.on_connection_reuseconn.append(_connected)
        if not kept:
            trace.on_request_chunk_sent.append(self._paying_now)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, force_close=not kept, ssl=self._tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[trace],
            trust_env=False,
        )

    async def _paying_now(self, session: aiohttp.ClientSession, context: SimpleNamespace, params: object) -> None:  # noqa: ARG002
        self._on_paying()


class _TooLong(Exception):
    pass


async def _connected(session: aiohttp.ClientSession, context: SimpleNamespace, params: object) -> None:  # noqa: ARG001
    _wire.get().connected = True


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
