"""Several things at the same moment, each in a thread with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def together(works: Sequence[Callable[[], object]]) -> list[object]:
    """Start all at once and give back, in order, what each returned or raised."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return work()
        except Exception as error:  # noqa: BLE001
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def aside(work: Callable[[], object]) -> "Future[object]":
    """Start one thing beside this thread."""
    pool = ThreadPoolExecutor(1)
    running = pool.submit(lambda: together([work])[0])
    pool.shutdown(wait=False)
    return running
