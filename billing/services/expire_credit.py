"""Give back holds whose time is over, take back lots whose time is over, collect what is owed; a bounded number."""

from billing import ledger
from billing.services.set_aside import expire

AT_ONCE = 100


def expire_holds() -> int:
    """Release holds that nobody closed in time, each in a transaction of its own; gives how many."""
    return sum(expire(reference=reference) is not None for reference in ledger.overdue_holds(AT_ONCE))


def expire_lots() -> int:
    """Take what is left of lots whose time is over and no hold may need, each by itself; gives how much."""
    return sum(ledger.expire_lot(lot_id=lot_id) for lot_id in ledger.overdue_lots(AT_ONCE))


def collect_debts() -> int:
    """Pay what workspaces owe from credit that came back to them; gives how much."""
    return sum(ledger.collect(workspace_id=workspace_id) for workspace_id in ledger.debtors(AT_ONCE))
