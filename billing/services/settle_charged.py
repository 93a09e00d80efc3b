"""Settle what a statement has charged though nothing seemed to be owed: it was made after all."""

from typing import Any

from django.db.models.functions import Now

from billing.ledger.posting import plus
from billing.models import CostLine, CostState, ItemKind, Resolution, ReviewItem, Statement, StatementLine
from billing.services.raise_items import SAID
from billing.services.settle_cost import settle_cost
from billing.services.take_turn import take_turn

MADE = "It was made after all."


def settle_charged(*, attempt: str, provider: str, due: int, **columns: Any) -> bool:
    """Confirm what is due of what was charged, and tell whether any was; what is above stays to be looked into.

    In the caller's transaction; waits for an import of this provider that is under way.
    """
    of_nothing = CostLine.objects.filter(attempt=attempt, state=CostState.VOID, stated__gt=0)
    if not of_nothing.exists():
        return False
    take_turn(provider)
    stated = of_nothing.values_list("stated", flat=True).first() or 0
    owed = min(due, stated)
    if not settle_cost(
        attempt=attempt, given=frozenset({CostState.VOID}), to=CostState.CONFIRMED, amount=owed, **columns
    ):
        return False
    newest = StatementLine.objects.filter(attempt=attempt).order_by("-id").values("statement")[:1]
    Statement.objects.filter(id__in=newest).update(settled=plus("settled", owed))
    raised = ReviewItem.objects.filter(kind=ItemKind.MISSING_REFUND, attempt=attempt, resolution__in=["", *SAID])
    for item in raised.order_by("-amount")[:1]:
        rest = item.amount - owed
        ended = {} if rest else {"resolution": Resolution.NOTHING, "resolved_at": Now(), "note": MADE}
        ReviewItem.objects.filter(id=item.id).update(amount=rest, **ended)
    return True
