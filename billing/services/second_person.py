"""What is above a limit is done by two people: corrections of the books, and refunds."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from billing.errors import NotCorrectable


def needs_second(amount: int) -> bool:
    """Tell whether so much, in µ$, wants a second person: above CORRECTION_LIMIT_USD."""
    return bool(amount > settings.CORRECTION_LIMIT)


def approve(waiting: "QuerySet[Any]", *, by: User, what: str) -> bool:
    """Be the second person for what waits, and tell whether it still did; of many at once one is. In a transaction.

    The rows have `asked_by` and `approved_by`. Raises NotCorrectable for one's own.
    """
    if waiting.exclude(asked_by=by).update(approved_by=by):
        return True
    if waiting.filter(asked_by=by).exists():
        raise NotCorrectable(f"Whoever asks for a {what} above the limit cannot be its second person.")
    return False
