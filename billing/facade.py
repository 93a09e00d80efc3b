"""Billing's front door for the editor: prices, holds, captures, costs. The editor imports nothing else of billing.

An edit or attempt is only a reference string here. Amounts are integer micro-dollars.
"""

from dataclasses import dataclass

from billing.errors import InsufficientCredit

__all__ = [
    "Balance",
    "InsufficientCredit",
    "UnitPrice",
    "balance",
    "capture",
    "hold",
    "record_cost",
    "release",
    "unit_prices",
]


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one picture is expected to cost us, and what it sells for to one workspace."""

    cost: int
    price: int


@dataclass(frozen=True, slots=True)
class Balance:
    """A workspace's credit: `spent` is all that was captured less what was refunded."""

    available: int
    held: int
    spent: int


def unit_prices(*, workspace_id: str, model: str, resolution: str) -> dict[str, UnitPrice]:
    """Give the price of one picture now, by provider; a provider without a known price is absent. One query."""
    raise NotImplementedError


def hold(*, workspace_id: str, reference: str, amount: int) -> None:
    """Set credit aside for an edit, inside the caller's transaction; raises InsufficientCredit, then nothing is kept.

    One statement that locks the wallet until the transaction ends: call it last of what can wait.
    """
    raise NotImplementedError


def capture(*, reference: str, amount: int) -> None:
    """Take `amount` (0 < amount ≤ the hold) of what was set aside for an edit and give back the rest.

    Repeating the same capture changes nothing; any other way to close a closed hold raises.
    """
    raise NotImplementedError


def release(*, reference: str) -> None:
    """Give back all that was set aside for an edit. Repeating it changes nothing; after a capture it raises."""
    raise NotImplementedError


def record_cost(*, attempt: str, provider: str, amount: int, certain: bool) -> None:
    """Book what an attempt cost us upstream, once: accrued when certain, in suspense when its outcome is unknown."""
    raise NotImplementedError


def balance(workspace_id: str) -> Balance:
    """Tell a workspace's credit now."""
    raise NotImplementedError
