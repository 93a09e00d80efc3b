"""An https server whose certificate ran out yesterday, in a thread of its own."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import trustme

from tests.editor.providers import wire


@dataclass
class Listener:
    """Its address, and whole requests that it was sent."""

    url: str
    requests: list[bytes]


@contextmanager
def expired() -> Iterator[Listener]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost", not_after=datetime.now(UTC) - timedelta(days=1)).configure_cert(tls)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    serving = wire.serving(wire.well, tls=tls)
    try:
        server = asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result(10)
        yield Listener(f"https://localhost:{server.port}", server.requests)
        asyncio.run_coroutine_threadsafe(serving.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
