"""Patience with the database: what could not be written now, for a deadlock or a restart, is written a moment later."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection

log = structlog.get_logger(__name__)

PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 8.0, 8.0)


async def patiently(run: Callable[..., Awaitable[Any]], work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run work that is safe to repeat, in a thread, for half a minute if need be; then its error is raised."""
    for pause in PAUSES:
        try:
            return await run(work, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            log.warning("database_trouble", work=work.__name__, why=type(error.__cause__ or error).__name__)
            await asyncio.sleep(pause)
    return await run(work, *args, **kwargs)


def wait_briefly_for_locks(milliseconds: int) -> None:
    """Have this connection give up, with an OperationalError, what somebody holds who is frozen in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {milliseconds:d}")
