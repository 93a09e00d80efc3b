"""How an act in the audit log is written for people."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.formats import date_format

from accounts.models import AuditEvent

register = template.Library()

LONGEST = 300
NOTHING = "nothing"
ABBREVIATION = re.compile(r"\b(?:api|url|id|sha256)\b")
MICRO_DOLLARS = frozenset({"monthly_cap"})
DOLLARS = frozenset({"below"})
MOMENTS = ("_at", "until")


@register.filter
def act_words(action: str) -> str:
    """Say what was done: `member.role_changed` → `Member role changed`, `api_key.issued` → `API key issued`."""
    said = words(action.replace(".", "_"))
    return said[:1].upper() + said[1:]


@register.filter
def changes(event: AuditEvent) -> list[tuple[str, str, str]]:
    """List what changed as field, before and after; before is empty where there was only something new."""
    fields = [*event.before, *(field for field in event.after if field not in event.before)]
    return [(words(field), shown(event.before, field), shown(event.after, field)) for field in fields]


def words(field: str) -> str:
    """Write a field's name: `retention_days` → `retention days`."""
    return ABBREVIATION.sub(lambda found: found[0].upper(), field.replace("_", " "))


def shown(values: dict[str, Any], field: str) -> str:
    """Write one value: lists with commas, yes and no, `nothing` for what is empty; cut to 300 characters.

    By their fields, amounts are written in dollars and moments as on our other pages.
    """
    match values.get(field, ""):
        case "" if field not in values:
            return ""
        case None | "" | []:
            return NOTHING
        case True:
            return "yes"
        case False:
            return "no"
        case list(items) if all(isinstance(item, str) for item in items):
            text = ", ".join(items)
        case dict() | list() as nested:
            text = json.dumps(nested, ensure_ascii=False)
        case value:
            text = by_field(field, value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def by_field(field: str, value: Any) -> str:
    """Write what only its field tells the kind of: an amount or a moment; the rest as it is."""
    match value:
        case int(micro) if field in MICRO_DOLLARS:
            return dollars(f"{micro // 10**6}.{micro % 10**6:06}")
        case str(amount) if field in DOLLARS:
            return dollars(amount)
        case str(moment) if field.endswith(MOMENTS):
            return when(moment)
    return str(value)


def dollars(amount: str) -> str:
    """Write an amount without what it does not need: `12.500000` → `$12.50`, `0.047500` → `$0.0475`."""
    whole, _, parts = amount.partition(".")
    return f"${whole}.{parts.rstrip('0'):0<2}"


def when(moment: str) -> str:
    """Write an ISO moment: `2026-12-05T14:03:22.123456+00:00` → `5 Dec 2026, 14:03 UTC`; other text stays."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{date_format(at.astimezone(UTC), 'j M Y, H:i')} UTC"
