"""A workspace's ledger in pages, newest first: what came into its wallet and what went out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

PAGE = 50
MOVEMENTS = """
SELECT entry.id, transfer.created_at, transfer.id, transfer.kind, transfer.reference, transfer.memo, entry.amount
FROM billing_entry entry JOIN billing_transfer transfer ON transfer.id = entry.transfer_id
WHERE entry.account_id = (
    SELECT id FROM billing_account WHERE kind = 'wallet' AND workspace_id = %(workspace)s AND provider = ''
) {conditions}
ORDER BY entry.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class WalletMovement:
    """One movement, in µ$: positive came in. `reference` is the edit's id where there is one; `place` its place."""

    place: int
    at: datetime
    transfer: str
    kind: str
    reference: str
    memo: str
    amount: int


def movements(
    *,
    workspace_id: str,
    kinds: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> list[WalletMovement]:
    """Give a page of movements of these kinds (all, without any) from `since` to before `until`. One query.

    `after` is the last row's `place`.
    """
    values: dict[str, Any] = {
        "workspace": workspace_id, "kinds": list(kinds), "since": since, "until": until, "after": after, "limit": limit,
    }  # fmt: skip
    asked = {
        "kinds": "AND transfer.kind = ANY(%(kinds)s)",
        "since": "AND transfer.created_at >= %(since)s",
        "until": "AND transfer.created_at < %(until)s",
        "after": "AND entry.id < %(after)s",
    }
    conditions = " ".join(condition for name, condition in asked.items() if values[name])
    with connection.cursor() as cursor:
        cursor.execute(MOVEMENTS.format(conditions=conditions), values)
        return [WalletMovement(*row) for row in cursor.fetchall()]
