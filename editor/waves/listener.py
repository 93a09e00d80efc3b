"""Hear wake-ups from PostgreSQL. One that is missed costs a second, never an attempt."""

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from django.db import connection

from editor.wakeups import DUE

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 1.0


async def listen(heard: Callable[[str], None], in_database: Callable[..., asyncio.Future[None]]) -> None:
    """Call `heard` with every payload, until cancelled; a lost connection is made again."""
    while True:
        try:
            await in_database(connection.ensure_connection)
            parameters = {k: v for k, v in connection.get_connection_params().items() if k not in _DJANGOS}
            async with await psycopg.AsyncConnection.connect(autocommit=True, **parameters) as listening:
                await listening.execute(f"LISTEN {DUE}")
                heard("")
                async for notification in listening.notifies():
                    heard(notification.payload)
        except (psycopg.Error, OSError) as error:
            log.warning("listener_lost", why=str(error).splitlines()[0] if str(error) else type(error).__name__)
        await asyncio.sleep(AGAIN_SECONDS)


_DJANGOS = {"cursor_factory", "context", "prepare_threshold", "server_side_binding", "client_encoding"}
