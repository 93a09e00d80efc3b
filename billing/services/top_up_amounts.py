"""What can be bought at once: packs, or an amount of one's own in whole cents."""

from accounts.errors import InvalidInput
from billing.money import MICRO, format_short

CENT = MICRO // 100
PACKS = tuple(dollars * MICRO for dollars in (10, 25, 50, 100))
SMALLEST, LARGEST = 5 * MICRO, 1_000 * MICRO


def check_top_up(amount: int, *, param: str = "amount") -> None:
    """Raise InvalidInput, naming the limit, for what cannot be paid at once. Nothing is charged."""
    if not SMALLEST <= amount <= LARGEST:
        raise InvalidInput(
            f"A top-up is from ${format_short(SMALLEST)} to ${format_short(LARGEST)}. Nothing was charged.", param=param
        )
    if amount % CENT:
        raise InvalidInput("An amount is in whole cents. Nothing was charged.", param=param)
