"""Note on the cost lines of an edit what its customer was charged, split over the attempts that delivered."""

from collections.abc import Mapping

from django.db import connection

from billing.costs.shares import split_charge
from billing.models import CostLine

# Of an edit that has a name, as the index has it: a prepared statement's plan knows nothing of its parameters.
NOTE = """
UPDATE billing_costline AS line SET retail = part.retail, retail_on = coalesce(
    (SELECT max(created_at) FROM billing_transfer
    WHERE reference = %(edit)s AND reference <> '' AND kind IN ('capture', 'refund', 'correction')),
    statement_timestamp()
) AT TIME ZONE 'UTC'
FROM unnest(%(attempts)s::text[], %(parts)s::bigint[]) AS part (attempt, retail)
WHERE line.attempt = part.attempt AND line.edit = %(edit)s AND line.retail <> part.retail
"""


def note_retail(*, edit: str, charge: int, prices: Mapping[str, int] | None = None) -> None:
    """Split the charge (µ$) by the prices of what each attempt delivered, exact to the micro-dollar. Safe to repeat.

    In the transaction that moves the credit, after it: usage counts it on the day of that movement. Once part of a
    charge was given back the same is said again with what is left of it, and without prices: it is split as before.
    """
    if prices is None:
        lines = CostLine.objects.filter(edit=edit, retail__gt=0).select_for_update().order_by("attempt")
        prices = dict(lines.values_list("attempt", "retail"))
    if not prices:
        return
    parts = split_charge(charge, prices)
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"edit": edit, "attempts": list(parts), "parts": list(parts.values())})
