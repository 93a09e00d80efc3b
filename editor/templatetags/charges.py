"""How a charge is explained: in sentences that need no book-keeping to be understood."""

from django import template

from billing.facade import StoryLine
from billing.money import format_short
from editor.selectors.charge_words import ending, verdict

register = template.Library()

LINES = {
    "held": "Set aside while it ran",
    "capture": "Of it charged, for the pictures that arrived",
    "rest": "Of it given back, for it was not needed",
    "released": "All of it given back",
    "expired": "All of it given back by itself, when its time was over",
    "refund": "Refunded to your credit",
    "correction": "Put right by our staff",
}
PARTS = ("held", "capture", "rest", "released", "expired")

register.filter(verdict)
register.filter(ending)


@register.filter
def line_words(line: StoryLine) -> str:
    """Say what a line of the ledger was."""
    return LINES.get(line.kind, line.kind)


@register.filter
def line_amount(line: StoryLine) -> str:
    """Write a line's amount: parts of what was set aside plainly, what changes the charge later with its sign."""
    sign = "" if line.kind in PARTS else "+" if line.amount > 0 else "−"
    return f"{sign}${format_short(abs(line.amount))}"
