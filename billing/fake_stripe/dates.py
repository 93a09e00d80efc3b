"""Time in whole seconds, as Stripe counts it; a month later is the same day, or the month's last."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

DAY, HOUR = 86_400, 3_600
MONTHS = 12


def later(at: int, interval: str, count: int) -> int:
    """Give the end of a period that begins at a time."""
    start = datetime.fromtimestamp(at, UTC)
    if interval in ("day", "week"):
        return int((start + timedelta(days=count * (7 if interval == "week" else 1))).timestamp())
    months = count * (MONTHS if interval == "year" else 1)
    year, month = divmod(start.year * MONTHS + start.month - 1 + months, MONTHS)
    day = min(start.day, monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())
