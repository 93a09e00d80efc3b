"""Hear wake-ups from PostgreSQL. One that is missed costs a second, never an attempt."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import structlog
from django.db import DatabaseError, connection

from editor.wakeups import DUE

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 1.0


async def listen(heard: Callable[[str], None], in_database: Callable[..., Awaitable[Any]]) -> None:
    """Call `heard` with every payload, until cancelled; a lost connection is made again."""
    while True:
        try:
            parameters = await in_database(_parameters)
            async with await psycopg.AsyncConnection.connect(autocommit=True, **parameters) as listening:
                await listening.execute(f"LISTEN {DUE}")
                heard("")
                async for notification in listening.notifies():
                    heard(notification.payload)
        except (psycopg.Error, DatabaseError, OSError) as error:
            log.warning("listener_lost", why=str(error).splitlines()[0] if str(error) else type(error).__name__)
        await asyncio.sleep(AGAIN_SECONDS)


DJANGOS_OWN = {"cursor_factory", "context", "prepare_threshold", "server_side_binding", "client_encoding"}


def _parameters() -> dict[str, Any]:
    """Give how Django connects, once it has: so that an embedded server runs."""
    connection.ensure_connection()
    return {name: value for name, value in connection.get_connection_params().items() if name not in DJANGOS_OWN}
