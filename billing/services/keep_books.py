"""What billing does every so often; the sweeper asks every few seconds, and one statement says whose turn it is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django_q.tasks import async_task

from billing.services.expire_credit import collect_debts, expire_holds, expire_lots

# Name: how often, and the door that does it, as a task of the default cluster. Each is safe to run twice, or late.
CHORES: Mapping[str, tuple[timedelta, str]] = {
    "check_books": (timedelta(minutes=15), "editor.tasks.check_books"),
    "close_books": (timedelta(minutes=15), "editor.tasks.close_books"),
    "fold_costs": (timedelta(minutes=1), "billing.tasks.costs"),
    "tend_stripe": (timedelta(minutes=1), "billing.tasks.stripe_chores"),
    "sweep_stripe": (timedelta(hours=1), "billing.tasks.stripe_sweep"),
    "watch_payments": (timedelta(minutes=5), "editor.tasks.payments"),
    "check_prices": (timedelta(minutes=15), "editor.tasks.check_published_prices"),
    "fetch_statements": (timedelta(hours=24), "editor.tasks.fetch_statements"),
    "read_uploads": (timedelta(minutes=5), "billing.tasks.statement_uploads"),
}
CLAIM = """
INSERT INTO billing_chore (name, next_at) VALUES (%(name)s, statement_timestamp() + %(every)s)
ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE billing_chore.next_at <= statement_timestamp()
"""


def keep_books() -> list[str]:
    """Expire what is due, and enqueue each chore whose time has come, once for all who ask; gives their names."""
    expire_holds()
    expire_lots()
    collect_debts()
    return [name for name, (every, door) in CHORES.items() if _enqueue(name, every, door)]


def _enqueue(name: str, every: timedelta, door: str) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, Any] = {"name": name, "every": every}
        cursor.execute(CLAIM, values)
        if cursor.rowcount:
            async_task(door)
        return bool(cursor.rowcount)
