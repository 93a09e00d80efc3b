"""Cost lines and charges as statements find them, without an edit behind them."""

from datetime import UTC, date, datetime, timedelta

from billing.ledger import book_cost
from billing.models import AccountKind, CostLine, CostState, Entry
from billing.reconciliation.charge import Charge

OCTOBER = date(2026, 10, 1)
NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)


def line(workspace, number, *, expected=40_000, state=CostState.ACCRUED, minute=0, provider="shortapi", **columns):
    """Give an attempt's cost line, booked as it says."""
    attempt = f"att_{number}"
    expected = 0 if state == CostState.VOID else expected
    if expected:
        book_cost(attempt=attempt, provider=provider, amount=expected, certain=state == CostState.ACCRUED)
    at = NOON + timedelta(minutes=minute)
    return CostLine.objects.create(
        **{
            "attempt": attempt, "edit": f"edt_{number}", "workspace": workspace, "provider": provider,
            "model": "seedream-4.5", "resolution": "2K", "grade": "C", "ordered": 1,
            "delivered": int(state == CostState.ACCRUED), "state": state,
            "expected": expected, "booked": expected,
            "outcome": "delivered", "ticket": f"job-{number}", "day": at.date(), "at": at, **columns,
        }
    )  # fmt: skip


def charge(number, amount=40_000, *, of=None, minute=0):
    """Give a charge for a job, by default the one of the same number."""
    ticket = f"job-{number if of is None else of}"
    return Charge(number, f"line-{number}", amount, NOON + timedelta(minutes=minute), ticket)


def books(provider="shortapi"):
    """Give what each account of a provider sums to, without those at nothing."""
    sums: dict[AccountKind, int] = {}
    for kind, amount in Entry.objects.filter(account__provider=provider).values_list("account__kind", "amount"):
        sums[AccountKind(kind)] = sums.get(AccountKind(kind), 0) + amount
    return {kind: amount for kind, amount in sums.items() if amount}
