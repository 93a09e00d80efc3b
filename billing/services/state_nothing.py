"""Say for a provider that charged nothing in a month that this is so: its statement has no lines."""

import hashlib
from datetime import date

from django.db import transaction

from accounts.models import User
from billing.models import Statement
from billing.services.complete_month import complete_month
from billing.services.take_turn import PATIENCE, take_turn

NAME = "nothing was charged"


def state_nothing(*, provider: str, month: date, by: User) -> int:
    """Enter a statement without lines as all of the month, and tell how many delivered costs are missing on it.

    Raises MonthSigned, NotYourTurn, and ValueError where there is a statement, or before the month is over. Safe to
    repeat.
    """
    sha256 = hashlib.sha256(f"{NAME}: {provider} {month}".encode()).hexdigest()
    with transaction.atomic():
        take_turn(provider, patience=PATIENCE)
        if Statement.objects.filter(provider=provider, month=month).exclude(sha256=sha256).exists():
            raise ValueError(f"{provider} has a statement for {month:%Y-%m}")
        Statement.objects.get_or_create(
            provider=provider, sha256=sha256, defaults={"month": month, "name": NAME, "imported_by": by}
        )
        return complete_month(provider=provider, month=month)
