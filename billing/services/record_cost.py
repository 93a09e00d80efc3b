"""Record what an ended attempt costs us, once: in the ledger, on a line of its own, in the day's sums."""

from billing import ledger
from billing.costs.belief import Belief, believe
from billing.costs.facts import Booked, CostFacts
from billing.costs.lines import add_line
from billing.costs.rates import CREDITS, unit_rate
from billing.models import CostState
from billing.services.raise_item import raise_doubt
from billing.transactions import in_transaction


@in_transaction
def record_cost(facts: CostFacts, *, certain: bool) -> Booked:
    """Book it as owed when `certain`, in suspense when nobody knows; nothing when nothing is expected. Safe to repeat.

    Call it after whatever moves credit: cost lines and their sums are locked last. What was reported and is out of
    bounds becomes an item for review. Raises MovementConflict when it was booked before with something else.
    """
    belief = belief_in(facts, certain=certain)
    if not facts.expected:
        state = CostState.VOID
    else:
        state = CostState.ACCRUED if certain else CostState.SUSPENSE
        ledger.book_cost(attempt=facts.attempt, provider=facts.provider, amount=belief.booked, certain=certain)
    add_line(facts, belief, state)
    if belief.is_out_of_bounds:
        raise_doubt(facts, belief)
    return Booked(belief.booked, certain)


def belief_in(facts: CostFacts, *, certain: bool) -> Belief:
    """Judge what was reported of an attempt; asks the price book only for what credits are worth."""
    rate = None
    if CREDITS[:-1] in facts.reported_text.lower():
        rate = unit_rate(provider=facts.provider, model=facts.model, resolution=facts.resolution, at=facts.at)
    return believe(
        provider=facts.provider,
        grade=facts.grade,
        text=facts.reported_text,
        expected=facts.expected,
        certain=certain,
        unit_rate=rate,
    )
