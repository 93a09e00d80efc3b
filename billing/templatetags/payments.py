"""How amounts of money are written in forms."""

from django import template

from billing.money import format_short

register = template.Library()


@register.filter
def dollars(micro: int) -> str:
    """Write micro-dollars as a form has them: 25000000 → `25.00`."""
    return format_short(micro)
