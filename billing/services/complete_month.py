"""Say that a provider's statement of a month is complete: what is not on it is owed no more, or must be looked into."""

from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from billing.errors import MonthSigned
from billing.ledger import Stated, settle_stated
from billing.models import CostLine, CostState, ItemKind, MonthSignOff, ReviewItem, Statement
from billing.services.raise_items import raise_items
from billing.services.take_turn import PATIENCE, take_turn

SETTLED_LATER = timedelta(hours=1)  # what was submitted right before midnight may be charged in the next month


def complete_month(*, provider: str, month: date) -> int:
    """Settle what nobody knew of and no statement charges as owed nothing; tell how many delivered ones are missing.

    Raises ValueError without a statement, or before the month is over, MonthSigned and NotYourTurn. Safe to repeat.
    """
    since = datetime(month.year, month.month, 1, tzinfo=UTC)
    until = (since + timedelta(days=31)).replace(day=1)
    if datetime.now(UTC) < until:
        raise ValueError(f"{month:%Y-%m} is not over")
    with transaction.atomic():
        take_turn(provider, patience=PATIENCE)
        if MonthSignOff.objects.filter(month=month).exists():
            raise MonthSigned(month)
        statement = Statement.objects.filter(provider=provider, month=month).order_by("-imported_at").first()
        if statement is None:
            raise ValueError(f"there is no statement of {provider} for {month:%Y-%m}")
        Statement.objects.filter(id=statement.id).update(is_complete=True)
        left = CostLine.objects.filter(
            provider=provider, at__gte=since, at__lt=until - SETTLED_LATER, stated=None, booked__gt=0
        )
        unknown = list(left.filter(state=CostState.SUSPENSE).values_list("attempt", flat=True))
        settle_stated(
            provider=provider, statement=statement.id, settlements=[Stated(attempt, 0, 0) for attempt in unknown]
        )
        missing = left.exclude(state=CostState.SUSPENSE).values_list("attempt", "booked")
        return raise_items([_not_stated(statement, attempt, booked) for attempt, booked in missing])


def _not_stated(statement: Statement, attempt: str, booked: int) -> ReviewItem:
    return ReviewItem(
        key=f"{statement.provider}:{ItemKind.NOT_STATED}:{attempt}",
        kind=ItemKind.NOT_STATED,
        provider=statement.provider,
        month=statement.month,
        attempt=attempt,
        amount=booked,
        evidence={"statement": statement.id},
    )
