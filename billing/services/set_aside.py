"""Set credit aside within all budgets, and close that again: wallet and budgets move together or not at all."""

from dataclasses import dataclass
from datetime import timedelta

from billing import ledger
from billing.budgets.periods import BudgetStep, Spends, matching_periods, reserve, settle
from billing.ledger import Closed, Held
from billing.ledger.holds import LONGEST_HOLD
from billing.transactions import in_transaction


@dataclass(frozen=True, slots=True)
class SetAside:
    """What a new hold leaves in the wallet, and which budgets it has brought to a step of their use."""

    held: Held
    steps: list[BudgetStep]


@in_transaction
def set_aside(
    *, workspace_id: str, reference: str, amount: int, lasts: timedelta = LONGEST_HOLD, spends: Spends | None = None
) -> SetAside | None:
    """Hold credit for an edit, within every budget of whom it spends for; None when it was held before.

    Without `spends` no budget is asked: see `count_approved`. Raises InsufficientCredit, Owes and OverBudget; then
    nothing is kept. Locks the wallet, then the budgets, until the transaction ends.
    """
    periods = [] if spends is None else matching_periods(workspace_id=workspace_id, spends=spends)
    held = ledger.hold(workspace_id=workspace_id, reference=reference, amount=amount, lasts=lasts, budgets=periods)
    return None if held is None else SetAside(held, reserve(periods=periods, amount=amount))


@in_transaction
def count_approved(*, workspace_id: str, reference: str, spends: Spends, lasts: timedelta) -> list[BudgetStep]:
    """Count a hold in the budgets that it would have passed, once that was approved; it lasts from now on.

    Raises HoldClosed when it is not open any more.
    """
    periods = matching_periods(workspace_id=workspace_id, spends=spends)
    amount = ledger.prolong_hold(reference=reference, lasts=lasts, budgets=periods)
    return reserve(periods=periods, amount=amount, approved=True)


@in_transaction
def capture(*, reference: str, amount: int) -> Closed | None:
    """Take part or all of a hold, as `ledger.capture`, and count it as spent in its budgets."""
    closed = ledger.capture(reference=reference, amount=amount)
    settle(closed)
    return closed


@in_transaction
def release(*, reference: str) -> Closed | None:
    """Give a hold back, as `ledger.release`, and to its budgets."""
    closed = ledger.release(reference=reference)
    settle(closed)
    return closed


@in_transaction
def expire(*, reference: str) -> Closed | None:
    """Give back a hold whose time is over, as `ledger.expire_hold`, and to its budgets."""
    closed = ledger.expire_hold(reference=reference)
    settle(closed)
    return closed
