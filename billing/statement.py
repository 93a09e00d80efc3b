"""A workspace's own ledger: what came into its wallet and what went out, with nothing of anybody else's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from billing.models import AccountKind, Entry

BATCH = 1000


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement, in µ$: positive came in. `reference` is the edit's id where there is one."""

    at: datetime
    transfer: str
    kind: str
    reference: str
    amount: int


def statement(workspace_id: str) -> Iterator[StatementLine]:
    """Read all movements of a workspace's wallet, oldest first, in batches of a query each."""
    entries = Entry.objects.filter(account__workspace_id=workspace_id, account__kind=AccountKind.WALLET)
    lines = entries.order_by("id").values_list(
        "id", "transfer__created_at", "transfer_id", "transfer__kind", "transfer__reference", "amount"
    )
    last = 0
    while batch := list(lines.filter(id__gt=last)[:BATCH]):
        yield from (
            StatementLine(at, transfer, kind, reference, amount) for _, at, transfer, kind, reference, amount in batch
        )
        last = batch[-1][0]
