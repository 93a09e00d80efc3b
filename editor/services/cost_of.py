"""What an ended attempt may have cost, as billing wants to know it."""

from dataclasses import dataclass

from billing import facade
from editor.attempts import AttemptState
from editor.models import Attempt, Edit
from editor.providers.registry import PROVIDERS
from editor.providers.scrubbing import scrub_sent, trace

LATE = "late"
OUTCOME_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost to record; `certain` is false where nobody knows what became of the attempt."""

    facts: facade.CostFacts
    certain: bool


def cost_of(edit: Edit, attempt: Attempt, *, expected: int, delivered: int = 0) -> list[Cost]:
    """Give the cost of an attempt that ended with its outcome known; none of a test, which costs nobody anything."""
    if edit.is_test:
        return []
    return [Cost(cost_facts(edit, attempt, expected=expected, delivered=delivered), certain=True)]


def cost_facts(
    edit: Edit, attempt: Attempt, *, expected: int, delivered: int = 0, outcome: str = ""
) -> facade.CostFacts:
    """Put together who an attempt was for, where it went and what was said; `expected` in µ$, as its outcome has it.

    Without an `outcome` it is the attempt's own: delivered, or the code of its error.
    """
    own = attempt.state if attempt.state == AttemptState.DELIVERED else attempt.error_code or attempt.state
    return facade.CostFacts(
        attempt=attempt.id,
        edit=edit.id,
        workspace=edit.workspace_id,
        project=edit.project_id,
        member=edit.created_by_id or "",
        key=edit.api_key_id or "",
        provider=attempt.provider,
        model=edit.model,
        resolution=edit.resolution,
        grade=PROVIDERS[attempt.provider].CAPABILITIES[edit.model].evidence,
        ordered=attempt.n,
        delivered=delivered,
        expected=expected,
        reported_text=attempt.reported_cost,
        outcome=(outcome or own)[:OUTCOME_CHARACTERS],
        ticket=attempt.ticket or trace(attempt.exchange),
        evidence={"sent": scrub_sent(attempt.payload), "sha256": attempt.payload_sha256, "said": attempt.exchange},
        at=attempt.started_at or attempt.created_at,
    )
