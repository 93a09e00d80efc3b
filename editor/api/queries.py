"""Read query parameters that are days or a word of a list; a bad one is named, never ignored."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from editor.api.fields import IDENTIFIER
from editor.errors import InvalidInput

DAY = {"type": "string", "format": "date"}


def read_day(query: Mapping[str, str], name: str) -> date | None:
    """Read a day such as 2026-11-20; None when it is not asked for. Raises InvalidInput."""
    text = query.get(name)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-20") else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(f"{name} must be a day such as 2026-11-20, in UTC.", param=name)
    return day


def read_word(query: Mapping[str, str], name: str, words: Sequence[str]) -> str:
    """Read one of some words, empty when it is not asked for. Raises InvalidInput."""
    text = query.get(name)
    if text is not None and text not in words:
        raise InvalidInput(f"{name} must be one of {', '.join(words)}.", param=name)
    return text or ""


def read_id(query: Mapping[str, str], name: str) -> str:
    """Read an id, empty when it is not asked for. Raises InvalidInput."""
    text = query.get(name)
    if text is not None and not IDENTIFIER.fullmatch(text):
        raise InvalidInput(f"{name} must be an id.", param=name)
    return text or ""


def day_after(day: date | None) -> date | None:
    """Give the next day; None after the last that there is, as of no day."""
    return day + timedelta(days=1) if day and day < date.max else None


def midnight(day: date | None) -> datetime | None:
    """Give the moment at which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC) if day else None
