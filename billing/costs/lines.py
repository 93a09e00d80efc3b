"""Cost lines: written once for an attempt, then changed only by statements whose condition decides."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from billing.costs.belief import Belief
from billing.costs.facts import CostFacts
from billing.models import AccountKind, CostLine, CostState

ACCOUNTS: dict[CostState, AccountKind | None] = {
    CostState.ACCRUED: AccountKind.PROVIDER_ACCRUED,
    CostState.SUSPENSE: AccountKind.SUSPENSE,
    CostState.CONFIRMED: AccountKind.PROVIDER_CONFIRMED,
    CostState.VOID: None,
}

SETTLE = """
WITH was AS (
    SELECT attempt, state, booked, provider FROM billing_costline
    WHERE attempt = %(attempt)s AND state = ANY(%(from)s) FOR UPDATE
)
UPDATE billing_costline AS line SET state = %(to)s, booked = %(booked)s,
    expected = coalesce(%(expected)s, line.expected),
    reported = coalesce(%(reported)s, line.reported), stated = coalesce(%(stated)s, line.stated),
    reported_text = coalesce(%(reported_text)s, line.reported_text), doubt = coalesce(%(doubt)s, line.doubt),
    outcome = coalesce(%(outcome)s, line.outcome), ticket = coalesce(%(ticket)s, line.ticket),
    evidence = line.evidence || coalesce(%(evidence)s::jsonb, '{}'), settled_at = statement_timestamp()
FROM was WHERE line.attempt = was.attempt
RETURNING was.state, was.booked, was.provider
"""
COLUMNS = ("expected", "reported", "stated", "reported_text", "doubt", "outcome", "ticket", "evidence")


@dataclass(frozen=True, slots=True)
class WasBooked:
    """How a line stood before it was settled."""

    state: CostState
    booked: int
    provider: str


def add_line(facts: CostFacts, belief: Belief, state: CostState) -> None:
    """Write an attempt's line unless it has one."""
    line = CostLine(
        attempt=facts.attempt,
        edit=facts.edit,
        workspace_id=facts.workspace,
        project=facts.project,
        member=facts.member,
        key=facts.key,
        provider=facts.provider,
        model=facts.model,
        resolution=facts.resolution,
        grade=facts.grade,
        ordered=facts.ordered,
        delivered=facts.delivered,
        state=state,
        expected=facts.expected,
        booked=belief.booked,
        reported_text=facts.reported_text,
        reported=belief.reported,
        doubt=belief.doubt,
        outcome=facts.outcome,
        ticket=facts.ticket,
        evidence=dict(facts.evidence),
        day=facts.at.astimezone(UTC).date(),
        at=facts.at,
        settled_at=None if state == CostState.SUSPENSE else Now(),
    )
    CostLine.objects.bulk_create([line], ignore_conflicts=True)


def settle_line(
    *, attempt: str, given: frozenset[CostState], to: CostState, booked: int, **columns: Any
) -> WasBooked | None:
    """Settle a line that is in a given state, and tell how it stood; None when it is in none of them, or is not there.

    `columns` are the others that change (`COLUMNS`); `evidence` is added to what is there.
    """
    values = {**dict.fromkeys(COLUMNS), **columns, "attempt": attempt, "to": to.value, "booked": booked}
    values["from"] = [state.value for state in given]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, values)
        found = cursor.fetchone()
    return None if found is None else WasBooked(CostState(found[0]), found[1], found[2])
