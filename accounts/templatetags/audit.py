"""How an act in the audit log is written for people."""

import json
from typing import Any

from django import template

from accounts.models import AuditEvent

register = template.Library()

LONGEST = 300
NOTHING = "nothing"


@register.filter
def act_words(action: str) -> str:
    """Say what was done: `member.role_changed` → `Member role changed`."""
    words = action.replace(".", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


@register.filter
def changes(event: AuditEvent) -> list[tuple[str, str, str]]:
    """List what changed as field, before and after; before is empty where there was only something new."""
    fields = [*event.before, *(field for field in event.after if field not in event.before)]
    return [(words(field), shown(event.before, field), shown(event.after, field)) for field in fields]


def words(field: str) -> str:
    """Write a field's name: `retention_days` → `retention days`."""
    return field.replace("_", " ")


def shown(values: dict[str, Any], field: str) -> str:
    """Write one value: lists with commas, yes and no, `nothing` for what is empty; cut to 300 characters."""
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
            text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
