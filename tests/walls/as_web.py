"""Every request of a test is answered as the role that the web server works as, on the test's own connection.

By psycopg itself, so that no test counts these statements among the queries of a page.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import psycopg
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.signals import connection_created

_asked: ContextVar[bool] = ContextVar("asked", default=False)


def begin(**_: Any) -> None:
    """Work as the web from now on."""
    _asked.set(True)
    _set(f"SET ROLE {settings.WEB_DATABASE_ROLE}")


def _join(**_: Any) -> None:
    if _asked.get():
        _set(f"SET ROLE {settings.WEB_DATABASE_ROLE}")


def end(**_: Any) -> None:
    """Be the owner of the tables again."""
    _asked.set(False)
    _set("RESET ROLE")


def _set(statement: str) -> None:
    if connection.connection is not None and not connection.connection.closed:
        with suppress(psycopg.errors.InFailedSqlTransaction):  # whose rollback takes the role back too
            connection.connection.execute(statement)


@contextmanager
def as_the_web() -> Iterator[None]:
    signals = {request_started: begin, connection_created: _join, request_finished: end}
    for signal, receiver in signals.items():
        signal.connect(receiver)
    yield
    for signal, receiver in signals.items():
        signal.disconnect(receiver)
