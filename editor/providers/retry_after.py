"""How long a provider asks us to wait, read from its own headers, so that no clock is needed."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_SECONDS = 15 * 60
_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Give the seconds to wait, at most 15 minutes; None when nothing usable is said: then wait as we see fit.

    An HTTP-date counts from the reply's own `Date`. Negative, past, infinite and garbled values are not usable.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
    elif (until := _date(text)) and (now := _date(headers.get("date", ""))):
        seconds = (until - now).total_seconds()
    else:
        return None
    return min(seconds, float(LONGEST_SECONDS)) if math.isfinite(seconds) and seconds >= 0 else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
