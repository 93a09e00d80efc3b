"""Park what does not fit: nothing is booked, the reason is kept, and staff are alerted while it is open."""

from collections.abc import Mapping
from typing import Any

from billing.models import ParkedItem

LONGEST = 300


def park(stripe_id: str, why: str, facts: Mapping[str, Any] | None = None) -> str:
    """Keep it, once for each thing at Stripe, and give the reason back. What staff resolved is not opened again."""
    ParkedItem.objects.bulk_create(
        [ParkedItem(stripe_id=stripe_id, why=why[:LONGEST], facts=dict(facts or {}))],
        ignore_conflicts=True,
    )
    return f"parked: {why}"
