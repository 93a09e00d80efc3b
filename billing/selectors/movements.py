"""A workspace's ledger in pages, newest first: what came into its wallet and what went out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

PAGE = 50
BATCH = 1000
COMES_IN = frozenset({"grant", "top_up", "plan", "refund", "reinstate"})  # with an index of their own
MOVEMENTS = """
SELECT entry.id, transfer.created_at, transfer.id, transfer.kind, transfer.reference, transfer.memo, entry.amount
FROM billing_entry entry JOIN billing_transfer transfer ON transfer.id = entry.transfer_id
WHERE entry.account_id = (
    SELECT id FROM billing_account WHERE kind = 'wallet' AND workspace_id = %(workspace)s AND provider = ''
) {conditions}
ORDER BY entry.id DESC LIMIT %(limit)s
"""
# Entries have no time of their own, but are numbered as they come: captures of the hour before and after tell about
# which numbers a time has. Where there are none there is little to look through. COALESCE is inside of the query: round
# it, PostgreSQL would not trust it with hidden rows, and would look at every newer one instead of using the index.
SINCE = """AND transfer.created_at >= %(since)s AND entry.id > (
    SELECT coalesce(max(near.id), 0)
    FROM billing_transfer other JOIN billing_entry near ON near.transfer_id = other.id
    WHERE other.kind = 'capture' AND other.created_at > %(since)s - %(window)s
    AND other.created_at < %(since)s - %(margin)s)"""
UNTIL = """AND transfer.created_at < %(until)s AND entry.id < (
    SELECT coalesce(min(near.id), 9223372036854775807)
    FROM billing_transfer other JOIN billing_entry near ON near.transfer_id = other.id
    WHERE other.kind = 'capture' AND other.created_at > %(until)s + %(margin)s
    AND other.created_at < %(until)s + %(window)s)"""
# Few enough to be found by themselves, whatever the order.
ABOUT = """AND entry.transfer_id = ANY(ARRAY(
    SELECT id FROM billing_transfer WHERE reference = %(reference)s AND reference <> ''))"""
MARGIN, WINDOW = timedelta(minutes=10), timedelta(hours=1)  # no statement waits for ten minutes


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
    reference: str = "",
    after: int | None = None,
    limit: int = PAGE,
) -> list[WalletMovement]:
    """Give a page of movements of these kinds (all, without any) from `since` to before `until`. One query.

    `reference` is the edit or payment that they are about; `after` is the last row's `place`.
    """
    values: dict[str, Any] = {
        "workspace": workspace_id, "kinds": list(kinds), "since": since, "until": until, "after": after, "limit": limit,
        "reference": reference, "margin": MARGIN, "window": WINDOW,
        "comes_in": bool(kinds) and COMES_IN.issuperset(kinds),
    }  # fmt: skip
    asked = {
        "kinds": "AND transfer.kind = ANY(%(kinds)s)",
        "comes_in": "AND entry.amount > 0",
        "since": SINCE,
        "until": UNTIL,
        "reference": ABOUT,
        "after": "AND entry.id < %(after)s",
    }
    conditions = " ".join(condition for name, condition in asked.items() if values[name])
    with connection.cursor() as cursor:
        cursor.execute(MOVEMENTS.format(conditions=conditions), values)
        return [WalletMovement(*row) for row in cursor.fetchall()]


def every_movement(
    *, workspace_id: str, kinds: Sequence[str], since: datetime | None, until: datetime | None, reference: str
) -> Iterator[list[WalletMovement]]:
    """Read all of them in batches, each by a query of its own, so that nothing is held open meanwhile."""
    after: int | None = None
    while True:
        found = movements(
            workspace_id=workspace_id, kinds=kinds, since=since, until=until, reference=reference, after=after,
            limit=BATCH,
        )  # fmt: skip
        yield found
        if len(found) < BATCH:
            return
        after = found[-1].place
