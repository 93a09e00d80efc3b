"""Raise something for staff to look into in the cost review, once for each cause."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from billing.costs.belief import Belief
from billing.costs.facts import CostFacts
from billing.models import ItemKind, ReviewItem
from billing.money import LARGEST


def raise_item(
    *,
    key: str,
    kind: ItemKind,
    provider: str,
    at: datetime,
    amount: int = 0,
    attempt: str = "",
    line: int | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Raise it unless one with this key was raised before, even if that is resolved by now. One statement.

    `amount` is what is at stake, in µ$; `line` a statement's line. It belongs to the month of `at`, in UTC.
    """
    item = ReviewItem(
        key=key,
        kind=kind,
        provider=provider,
        month=at.astimezone(UTC).date().replace(day=1),
        amount=max(-LARGEST, min(amount, LARGEST)),
        attempt=attempt,
        line_id=line,
        evidence=dict(evidence or {}),
    )
    ReviewItem.objects.bulk_create([item], ignore_conflicts=True)


def raise_doubt(facts: CostFacts, belief: Belief) -> None:
    """Raise an attempt's report that was not believed."""
    said = {"reported": facts.reported_text, "expected": facts.expected, "doubt": belief.doubt}
    claimed = belief.claimed
    raise_item(
        key=f"{ItemKind.OUT_OF_BOUNDS}:{facts.attempt}",
        kind=ItemKind.OUT_OF_BOUNDS,
        provider=facts.provider,
        at=facts.at,
        amount=facts.expected if claimed is None else claimed - facts.expected,
        attempt=facts.attempt,
        evidence=said,
    )
