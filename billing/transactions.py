"""Transactions that start over when PostgreSQL breaks them off to end a conflict."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation

TRIES = 5
# A unique violation here means that the same movement was being made elsewhere; the next try sees it.
CONFLICTS = (DeadlockDetected, SerializationFailure, UniqueViolation)

P = ParamSpec("P")
T = TypeVar("T")


def in_transaction(work: Callable[P, T]) -> Callable[P, T]:
    """Run in the caller's transaction, or else in one of its own, which is tried up to five times."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            return work(*args, **kwargs)
        for _ in range(TRIES - 1):
            try:
                with transaction.atomic():
                    return work(*args, **kwargs)
            except DatabaseError as error:
                if not isinstance(error.__cause__, CONFLICTS):
                    raise
        with transaction.atomic():
            return work(*args, **kwargs)

    return run
