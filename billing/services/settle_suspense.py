"""Settle what stood in suspense for an attempt: it is owed after all, or nothing is."""

from typing import Any

from psycopg.types.json import Jsonb

from billing.costs.facts import CostFacts
from billing.models import CostState
from billing.services.raise_item import raise_doubt
from billing.services.record_cost import belief_in
from billing.services.settle_charged import settle_charged
from billing.services.settle_cost import settle_cost
from billing.transactions import in_transaction

OWED_AFTER = frozenset({CostState.SUSPENSE, CostState.VOID})  # staff's word that nothing was made may prove wrong
VOID_AFTER = frozenset({CostState.SUSPENSE})


@in_transaction
def settle_suspense(facts: CostFacts, *, owed: bool) -> bool:
    """Book it as owed, at what is known of it by now, or as nothing; tells whether anything changed. Safe to repeat.

    What a statement has confirmed stays as it is. Locks the line, then its day's sums: call it after what moves credit.
    """
    if not owed:
        return settle_cost(
            attempt=facts.attempt, given=VOID_AFTER, to=CostState.VOID, amount=0, expected=0, outcome=facts.outcome
        )
    belief = belief_in(facts, certain=True)
    known: dict[str, Any] = {
        "expected": facts.expected,
        "reported": belief.reported,
        "reported_text": facts.reported_text,
        "doubt": belief.doubt,
        "outcome": facts.outcome,
        "ticket": facts.ticket,
        "evidence": Jsonb(dict(facts.evidence)),
    }
    settled = settle_charged(attempt=facts.attempt, provider=facts.provider, due=belief.booked, **known) or settle_cost(
        attempt=facts.attempt, given=OWED_AFTER, to=CostState.ACCRUED, amount=belief.booked, **known
    )
    if settled and belief.is_out_of_bounds:
        raise_doubt(facts, belief)
    return settled
