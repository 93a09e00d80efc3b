"""Single costs, newest day first: pages of them, and one with all its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from billing.models import CostLine, Entry, ReviewItem, StatementLine
from billing.selectors.sums import Dimension

PAGE = 50
SHOWN = (
    "attempt", "edit", "workspace_id", "project", "member", "key", "provider", "model", "resolution", "grade",
    "ordered", "delivered", "state", "expected", "booked", "reported_text", "reported", "doubt", "stated", "retail",
    "outcome", "ticket", "day", "at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CostRow:
    """A cost line without its evidence; see `billing.models.CostLine`. Amounts are in µ$."""

    attempt: str
    edit: str
    workspace_id: str
    project: str
    member: str
    key: str
    provider: str
    model: str
    resolution: str
    grade: str
    ordered: int
    delivered: int
    state: str
    expected: int
    booked: int
    reported_text: str
    reported: int | None
    doubt: str
    stated: int | None
    retail: int
    outcome: str
    ticket: str
    day: date
    at: datetime

    @property
    def place(self) -> str:
        """Name its place in the order, to begin the next page after it."""
        return f"{self.day:%Y%m%d}.{self.attempt}"


@dataclass(frozen=True, slots=True)
class Movement:
    """What the ledger booked for an attempt: on which account, in µ$."""

    at: datetime
    transfer: str
    kind: str
    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class CostEvidence:
    """A cost line with its exchange, what the ledger booked, what statements say, and what was raised about it."""

    line: CostLine
    movements: list[Movement]
    stated: list[StatementLine]
    items: list[ReviewItem]


def cost_lines(
    *,
    since: date,
    until: date,
    only: Mapping[Dimension, str] | None = None,
    state: str = "",
    after: str = "",
    limit: int = PAGE,
) -> list[CostRow]:
    """Give a page of the lines of these days, newest first; `after` is the last row's `place`. One query.

    Raises ValueError for an `after` that is no place.
    """
    conditions, values = ["day BETWEEN %s AND %s"], list[Any]([since, until])
    for dimension, value in (only or {}).items():
        conditions.append(f"{dimension.value} = %s")
        values.append(value)
    if state:
        conditions.append("state = %s")
        values.append(state)
    if after:
        day, _, attempt = after.partition(".")
        conditions.append("(day, attempt) < (%s, %s)")
        values += [datetime.strptime(day, "%Y%m%d").date(), attempt]  # noqa: DTZ007 - a day
    query = (
        f"SELECT {', '.join(SHOWN)} FROM billing_costline WHERE {' AND '.join(conditions)} "  # noqa: S608 - our names
        "ORDER BY day DESC, attempt DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, limit])
        return [CostRow(*row) for row in cursor.fetchall()]


def cost_evidence(attempt: str) -> CostEvidence | None:
    """Give one line with all that is known of it, None where there is none. Four queries."""
    line = CostLine.objects.filter(attempt=attempt).select_related("workspace").first()
    if line is None:
        return None
    named = Q(transfer__reference=attempt) & ~Q(transfer__reference="")  # as the index has it
    entries = Entry.objects.filter(named).order_by("id")
    moved = entries.values_list("transfer__created_at", "transfer_id", "transfer__kind", "account__kind", "amount")
    return CostEvidence(
        line=line,
        movements=[Movement(*row) for row in moved],
        stated=list(StatementLine.objects.filter(attempt=attempt).select_related("statement").order_by("id")),
        items=list(ReviewItem.objects.filter(provider=line.provider, attempt=attempt).order_by("raised_at")),
    )
