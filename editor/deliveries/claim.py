"""Claim deliveries that are due: some of each receiver's and each workspace's, so that a slow one delays no other."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from editor.models import Delivery

SECONDS = 20.0
LEASE_SECONDS = 60
OF_TARGET = 4
OF_WORKSPACE = 40

# What is in hand is due as well and comes first, and so counts against the limits of its receiver and its workspace.
_IN_HAND = "claimed_until > statement_timestamp() IS TRUE"
_READY = f"""
SELECT id FROM (
    SELECT id, claimed_until,
        row_number() OVER (PARTITION BY workspace_id ORDER BY {_IN_HAND} DESC, of_target, due_at, id) AS of_workspace
    FROM (
        SELECT delivery.*,
            row_number() OVER (PARTITION BY target ORDER BY {_IN_HAND} DESC, due_at, delivery.id) AS of_target
        FROM editor_delivery delivery JOIN editor_endpoint endpoint ON endpoint.id = delivery.endpoint_id
        WHERE due_at <= statement_timestamp() AND coalesce(resting_until, '-infinity') <= statement_timestamp()
    ) each_target WHERE of_target <= %(of_target)s
) each_workspace
WHERE of_workspace <= %(of_workspace)s AND ({_IN_HAND}) = FALSE
"""  # noqa: S608 - of our own text alone
_CLAIM = f"""
UPDATE editor_delivery SET claimed_until = statement_timestamp() + make_interval(secs => %(lease)s)
WHERE id IN (
    SELECT id FROM editor_delivery
    WHERE id IN ({_READY}) AND due_at <= statement_timestamp() AND ({_IN_HAND}) = FALSE
    ORDER BY due_at LIMIT %(room)s FOR UPDATE SKIP LOCKED
)
RETURNING id, claimed_until
"""  # noqa: S608
_ANY = f"SELECT EXISTS ({_READY})"
_LIMITS: dict[str, Any] = {"of_target": OF_TARGET, "of_workspace": OF_WORKSPACE}


def claim(room: int) -> list[Delivery]:
    """Take at most `room` that are due, for a minute; with event, edit, endpoint."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {**_LIMITS, "lease": LEASE_SECONDS, "room": room})
        leases: dict[str, datetime] = dict(cursor.fetchall())
    if not leases:
        return []
    claimed = Delivery.objects.select_related("event__edit", "endpoint").filter(id__in=leases).order_by("id")
    # One that was deleted or started over meanwhile is somebody else's.
    return [delivery for delivery in claimed if delivery.claimed_until == leases[delivery.id]]


def is_any_due() -> bool:
    """Tell whether there is something to claim."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY, _LIMITS)
        (found,) = cursor.fetchone()
    return bool(found)
