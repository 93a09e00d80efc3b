"""Book an attempt's cost otherwise: its line and the ledger, both or neither."""

from typing import Any

from billing import ledger
from billing.costs.lines import ACCOUNTS, settle_line
from billing.models import CostState
from billing.transactions import in_transaction


@in_transaction
def settle_cost(
    *, attempt: str, given: frozenset[CostState], to: CostState, amount: int, cause: str = "", **columns: Any
) -> bool:
    """Settle a cost that is in a given state now, and tell whether it was. `amount` (µ$) is what is owed from now on.

    `cause` tells settlements to the same state apart, such as one by each line of a statement: the ledger books each
    once. `columns` are the line's others that change, such as `stated`.
    """
    was = settle_line(attempt=attempt, given=given, to=to, booked=amount, **columns)
    if was is None:
        return False
    ledger.settle_cost(
        key=f"{attempt}:{cause or to}",
        attempt=attempt,
        provider=was.provider,
        was=ACCOUNTS[was.state],
        booked=was.booked,
        becomes=ACCOUNTS[to],
        amount=amount,
    )
    return True
