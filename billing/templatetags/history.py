"""How lines of the ledger are told to people."""

from django import template

from billing.money import format_short
from billing.selectors.lots import LotLeft
from billing.selectors.movements import WalletMovement

register = template.Library()

WORDS = {
    "grant": "Credit from us",
    "top_up": "Top-up",
    "plan": "Plan’s credit",
    "capture": "Charged for pictures that arrived",
    "refund": "Given back to your credit",
    "take_back": "A payment was refunded or disputed",
    "reinstate": "A dispute was won",
    "collect": "Paid off what was owed",
    "expiry": "Credit expired",
    "correction": "Put right by our staff",
}
LOTS = {"promotion": "Given", "plan": "From the plan", "paid": "Paid for", "returned": "Given back"}


@register.filter
def movement_words(movement: WalletMovement) -> str:
    """Say what a movement was."""
    return WORDS.get(movement.kind, movement.kind)


@register.filter
def movement_amount(movement: WalletMovement) -> str:
    """Write its amount with its sign."""
    return f"{'+' if movement.amount > 0 else '−'}${format_short(abs(movement.amount))}"


@register.filter
def lot_words(lot: LotLeft) -> str:
    """Say how a piece of credit came to be."""
    return LOTS.get(lot.kind, lot.kind)
