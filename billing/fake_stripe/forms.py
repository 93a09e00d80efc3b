"""Form encoding as Stripe's clients write it: `metadata[a]=1`, `expand[]=x`, `line_items[0][price]=y`."""

import re
from collections.abc import Iterable
from typing import Any

PART = re.compile(r"\[([^\[\]]*)\]")


def opened(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Put nested names back together: objects as dicts, `[]` as lists; numbered lists stay dicts of numbers."""
    result: dict[str, Any] = {}
    for name, value in pairs:
        first, bracket, rest = name.partition("[")
        _put(result, [first, *PART.findall(bracket + rest)], value)
    return result


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    *folders, last = path
    for number, folder in enumerate(folders):
        if number == len(folders) - 1 and not last:
            there = into.setdefault(folder, [])
            if isinstance(there, list):
                there.append(value)
            return
        inner = into.setdefault(folder, {})
        if not isinstance(inner, dict):
            return
        into = inner
    into[last] = value
