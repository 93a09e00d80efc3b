"""What a workspace's credit is made of, in the order in which it is used."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

MOST = 24
# The same order as that of captures.
LEFT = """
SELECT lot.kind, lot.amount, lot.remaining, lot.expires_at, lot.created_at
FROM billing_lot lot JOIN billing_account wallet ON wallet.id = lot.account_id
WHERE wallet.kind = 'wallet' AND wallet.workspace_id = %s AND wallet.provider = '' AND lot.used_up_at IS NULL
ORDER BY lot.priority, array_position('{promotion,plan,paid,returned}', lot.kind::text), lot.expires_at,
    lot.created_at, lot.id
LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class LotLeft:
    """A piece of credit that is not used up, in µ$; without `expires_at` it does not run out."""

    kind: str
    amount: int
    remaining: int
    expires_at: datetime | None
    since: datetime


def lots_left(*, workspace_id: str, most: int = MOST) -> list[LotLeft]:
    """Give the first lots of a wallet, next to be used first; all of them sum to what is available and held."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT, [workspace_id, most])
        return [LotLeft(*row) for row in cursor.fetchall()]
