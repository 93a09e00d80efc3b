"""A wave's threads: each keeps one database connection while the wave lasts, and closes it after."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


class Threads:
    """So many threads for blocking work; awaiting one call of them gives its result."""

    def __init__(self, name: str, count: int) -> None:
        """Threads start when they are first needed."""
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def __call__(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run blocking work in one of the threads; after an error of the database, on another connection if need be.

        A connection is not tried before each piece of work, as Django would: that is a round trip more every time.
        """

        def fresh() -> Any:
            for connection in connections.all(initialized_only=True):
                if connection.errors_occurred:
                    connection.close_if_unusable_or_obsolete()
            return work(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._pool, fresh)

    def close(self) -> None:
        """Wait for what is under way, close every thread's connection, end the threads."""
        together = threading.Barrier(self._count)

        def leave() -> None:
            try:
                connections.close_all()
            finally:
                together.wait()

        for _ in range(self._count):
            self._pool.submit(leave)
        self._pool.shutdown(wait=True)
