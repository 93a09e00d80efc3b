"""Run one movement's statement, and tell a repetition from a conflict."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

from billing.errors import MovementConflict
from billing.models import Entry, Transfer
from billing.money import LARGEST


def row(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a movement and give the row it answers with; None when it did not happen."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def change(statement: str, values: Mapping[str, Any]) -> bool:
    """Run a movement and tell whether it happened."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)


def check_amount(amount: int) -> None:
    """Raise ValueError for what is no amount of a movement."""
    if not 0 < amount <= LARGEST:
        raise ValueError(f"a movement of money is above 0 and at most {LARGEST} µ$, not {amount}")


def check_same_entry(key: str, *, account: Mapping[str, object], amount: int) -> None:
    """Check that the movement made under this key before gave this amount to this account."""
    of_account = {f"account__{name}": value for name, value in account.items()}
    if not Entry.objects.filter(transfer__key=key, amount=amount, **of_account).exists():
        raise MovementConflict(f"{key} was booked before, for something else.")


def content_sha256(*content: object) -> str:
    """Hash what is asked for under a key."""
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def check_same_content(key: str, sha256: str) -> None:
    """Check that the movement made under this key before was asked for with the same content."""
    if not Transfer.objects.filter(key=key, content_sha256=sha256).exists():
        raise MovementConflict(f"{key} was booked before, for something else.")
