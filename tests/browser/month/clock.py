"""A clock that a test sets: Python's in this process and the database's, both by as much, for a month takes minutes.

Nothing that is kept is changed by hand: what happens on the 9th is written on the 9th, and each night's close is made
in its night.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine
from django.conf import settings
from django.db import connection

CLOCKS = ("now", "statement_timestamp", "clock_timestamp")


class Clock:
    """`go` to a moment in UTC; time goes on from there as it does."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def go(self, when: datetime) -> None:
        self._traveller.move_to(when)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.clock_timestamp()")
            seconds = (when - cursor.fetchone()[0]).total_seconds()
            for clock in CLOCKS:
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION shifted.{clock}() RETURNS timestamptz LANGUAGE sql STABLE AS "
                    f"$$ SELECT pg_catalog.{clock}() + interval '{seconds} seconds' $$"
                )

    def later(self, **time: float) -> None:
        """Let so much time pass at once."""
        self.go(datetime.now(UTC) + timedelta(**time))


@contextmanager
def set_to(when: datetime) -> Iterator[Clock]:
    """Set both clocks; whoever connects from here on goes by them, whatever role it has."""
    name = settings.DATABASES["default"]["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS shifted CASCADE")  # of a run that was killed
        cursor.execute("CREATE SCHEMA shifted")
        cursor.execute("GRANT USAGE ON SCHEMA shifted TO PUBLIC")
        cursor.execute(f'ALTER DATABASE "{name}" SET search_path = shifted, pg_catalog, public')
    connection.close()
    try:
        with time_machine.travel(when) as traveller:
            clock = Clock(traveller)
            clock.go(when)
            yield clock
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" RESET search_path')
            cursor.execute("DROP SCHEMA shifted CASCADE")
        connection.close()
