"""Deadlocks and the like: tried again where the transaction is billing's own, left to the caller where it is not."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, QueryCanceled, SerializationFailure

from billing.facade import Balance, balance, capture
from billing.ledger import grant, hold
from billing.models import Account, Hold
from tests.billing.parallel import aside, together
from tests.books import assert_books_are_right
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

WHO_WAITS_FOR_US = """
SELECT count(*), pg_sleep(0.01) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


@pytest.fixture
def wallet(alice: Person):
    grant(workspace_id=alice.workspace.id, amount=100_000, key="ten cents")
    return alice.workspace.id


@contextmanager
def _before_each(statement: str, do: Callable[[int], None]):
    """Call `do` with 1, 2, … before each run of statements that contain this text, on this thread's connection."""
    runs = 0

    def wrapper(execute, sql, params, many, context) -> Any:
        nonlocal runs
        if statement in sql:
            runs += 1
            do(runs)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


class _Database:
    """A database that breaks off the first `times` statements for this reason, and counts."""

    def __init__(self, reason: type[Exception], times: int) -> None:
        self.reason, self.times, self.runs = reason, times, 0

    def __call__(self, run: int) -> None:
        self.runs = run
        if run <= self.times:
            raise OperationalError("broken off") from self.reason()


@pytest.mark.parametrize("reason", [DeadlockDetected, SerializationFailure])
def test_a_movement_broken_off_four_times_succeeds_at_the_fifth(wallet, reason):
    database = _Database(reason, times=4)
    with _before_each("INSERT INTO billing_hold", database):
        hold(workspace_id=wallet, reference="edt_1", amount=60_000)
    assert database.runs == 5
    assert balance(wallet) == Balance(available=40_000, held=60_000, spent=0)


def test_a_movement_broken_off_five_times_is_given_up(wallet):
    database = _Database(DeadlockDetected, times=5)
    with _before_each("INSERT INTO billing_hold", database), pytest.raises(OperationalError):
        hold(workspace_id=wallet, reference="edt_1", amount=60_000)
    assert database.runs == 5
    assert balance(wallet) == Balance(available=100_000, held=0, spent=0)


def test_another_error_of_the_database_is_not_tried_again(wallet):
    database = _Database(QueryCanceled, times=1)
    with _before_each("INSERT INTO billing_hold", database), pytest.raises(OperationalError):
        hold(workspace_id=wallet, reference="edt_1", amount=60_000)
    assert database.runs == 1


def test_in_the_callers_transaction_nothing_is_tried_again(wallet):
    database = _Database(DeadlockDetected, times=1)
    with _before_each("INSERT INTO billing_hold", database), pytest.raises(OperationalError), transaction.atomic():
        hold(workspace_id=wallet, reference="edt_1", amount=60_000)
    assert database.runs == 1
    assert not Hold.objects.exists()


def test_a_real_deadlock_ends_well_for_both(wallet):
    hold(workspace_id=wallet, reference="edt_1", amount=60_000)
    tries: list[int] = []

    def capture_it() -> None:
        with _before_each("billing_capture", tries.append):
            capture(reference="edt_1", amount=60_000)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL deadlock_timeout = '60s'")  # the other one looks first, and so is broken off
        Account.objects.select_for_update().get(kind="wallet")
        capturing = aside(capture_it)
        waits_for_us = False
        while not waits_for_us:
            cursor.execute(WHO_WAITS_FOR_US)
            waits_for_us = cursor.fetchone()[0] > 0
        Hold.objects.select_for_update().get(reference="edt_1")
    assert capturing.result(timeout=60) is None
    assert len(tries) >= 2  # it may come before us once more
    assert balance(wallet) == Balance(available=40_000, held=0, spent=60_000)
    assert_books_are_right()


def test_credit_that_comes_while_a_hold_is_refused_is_used(wallet):
    def more_credit(run: int) -> None:
        if run == 1:
            together([lambda: grant(workspace_id=wallet, amount=50_000, key="in between")])

    with _before_each('FROM "billing_hold"', more_credit):
        hold(workspace_id=wallet, reference="edt_1", amount=150_000)
    assert balance(wallet) == Balance(available=0, held=150_000, spent=0)
    assert_books_are_right()
