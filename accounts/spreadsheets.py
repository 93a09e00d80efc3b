"""Tables as CSV that a spreadsheet takes for data: nothing in them is a formula. No Django."""

import csv
import io
from collections.abc import Iterable

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: object) -> str:
    """Write a value; a text that would begin a formula gets an apostrophe before it, as OWASP advises."""
    if value is None:
        return ""
    text = str(value).replace("\x00", "")
    return f"'{text}" if isinstance(value, str) and text.lstrip(" ").startswith(_STARTS) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """Write rows as CSV lines, each ended by CRLF."""
    out = io.StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
