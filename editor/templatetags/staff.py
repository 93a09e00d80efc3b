"""How figures and foreign texts are written on the staff's pages."""

import re
from datetime import datetime, timedelta

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timeuntil

register = template.Library()

LONGEST = 200
WORDS = {
    "attempt_lost": "A lost order",
    "attempt_parked": "An order nobody can drive",
    "attempt_unknown": "An unknown order",
    "books_wrong": "The books are wrong:",
    "breaker_open": "A breaker is open:",
    "delivered_free": "Delivered free:",
    "provider_account": "Our account was turned away by",
    "suspense_budget": "Too much is unsettled at",
    "unreadable_reply": "Unreadable replies of",
}
_RULES = (
    (re.compile(r"\b(?:bearer|basic)\s+\S+", re.IGNORECASE), "…"),
    (re.compile(r"https?://([^/\s\"'<>]+)[^\s\"'<>]*"), r"\1/…"),
    (re.compile(r"data:[\w/+.-]+[;,][^\s\"'<>]*"), "data:…"),
    (re.compile(r"[\w-]{40,}"), "…"),
)


@register.filter
def scrubbed(text: str) -> str:
    """Write a provider's text without what may be a secret in it: keys, signed URLs, long tokens; cut to 200."""
    for account in settings.PROVIDERS.values():
        if account.api_key:
            text = text.replace(account.api_key, "…")
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


@register.filter
def seconds(value: float | None) -> str:
    """Write seconds for people: 4.52 → `4.5 s`; nothing measured is a dash."""
    if value is None:
        return "–"
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"  # noqa: PLR2004


@register.filter
def percent(value: float | None) -> str:
    """Write a share: 0.987 → `98.7 %`."""
    return "–" if value is None else f"{value * 100:.1f} %".replace(".0 %", " %")


@register.filter
def alert_word(kind: str) -> str:
    """Say what an alert is about, before its subject."""
    return WORDS.get(kind, kind.replace("_", " ").capitalize())


@register.filter
def until(moment: datetime) -> str:
    """Tell roughly how long it is until a moment: `in 9 minutes`."""
    now = timezone.now()
    return f"in {timeuntil(moment, now, depth=1)}" if moment - now >= timedelta(minutes=1) else "within a minute"
