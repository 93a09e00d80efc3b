"""How the cost review writes amounts, what was found, and small charts."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing.models import ItemKind, Resolution, ReviewItem
from billing.money import format_short
from billing.services.resolve_item import booked_if_accepted, given_up_if_disputed

register = template.Library()
CENT = 10_000
WIDTH, HEIGHT = 120, 28
IN_MICRO = frozenset({"due", "unit", "was", "expected"})
FACTS = {
    "due": "owed by our books", "charges": "charged", "unit": "a picture now costs", "was": "a picture should cost",
    "since": "since", "source": "seen in", "for": "of", "examples": "for example", "reported": "reported",
    "expected": "expected", "doubt": "why it was not believed", "ticket": "job", "lines": "lines of the statement",
}  # fmt: skip


@register.filter
def cents(micro: int | None) -> str:
    """Write an amount for a column: 1234560000 → `$1,234.56`; one below half a cent in full, nothing as a dash."""
    if not micro:
        return "–"
    sign, size = "−" if micro < 0 else "", abs(micro)
    if size < CENT // 2:
        return f"{sign}${format_short(size)}"
    whole, rest = divmod((size + CENT // 2) // CENT, 100)
    return f"{sign}${whole:,}.{rest:02d}"


@register.filter
def signed(micro: int) -> str:
    """Write a difference in full: 4000 → `+$0.004`."""
    return f"{'−' if micro < 0 else '+'}${format_short(abs(micro))}" if micro else "$0"


@register.filter
def turned(micro: int) -> int:
    """Give an amount the other way round."""
    return -micro


@register.filter
def share(ppm: int | None) -> str:
    """Write parts per million as percent: 23000 → `2.3 %`."""
    return "" if ppm is None else f"{ppm / 10_000:+.1f} %".replace("-", "−")


@register.filter
def drift_sign(source: str) -> str:
    """Write in a letter who said it: S by statements, R by reports."""
    return {"stated": "S", "reported": "R", "both": "R+S"}.get(source, "")


@register.simple_tag
def of_retail(margin: int, retail: int) -> str:
    """Write a margin as a part of what was sold."""
    return f"{margin * 100 / retail:.1f} %".replace("-", "−") if retail else ""


@register.simple_tag
def bars(values: Sequence[int], label: str) -> SafeString:
    """Draw a bar for each value, those below zero downwards; `label` is what it shows, for whoever cannot see it."""
    if not values:
        return SafeString("")
    top, bottom = max(0, *values), min(0, *values)
    scale = (HEIGHT - 2) / ((top - bottom) or 1)
    zero, step = 1 + top * scale, WIDTH / len(values)
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"{}/>',
        (
            (
                f"{place * step:.1f}", f"{zero - max(0, value) * scale:.1f}", f"{max(0.5, step - 1):.1f}",
                f"{max(0.7, abs(value) * scale):.1f}", SafeString(' class="below"') if value < 0 else "",
            )
            for place, value in enumerate(values)
            if value
        ),
    )  # fmt: skip
    return _drawing(drawn, zero, label)


@register.simple_tag
def line(values: Sequence[int], label: str) -> SafeString:
    """Draw values as a line round zero."""
    if not values:
        return SafeString("")
    top, bottom = max(0, *values), min(0, *values)
    scale = (HEIGHT - 2) / ((top - bottom) or 1)
    step = WIDTH / max(1, len(values) - 1)
    points = " ".join(f"{place * step:.1f},{1 + (top - value) * scale:.1f}" for place, value in enumerate(values))
    return _drawing(format_html('<polyline points="{}"/>', points), 1 + top * scale, label)


def _drawing(drawn: SafeString, zero: float, label: str) -> SafeString:
    return format_html(
        '<svg class="spark" viewBox="0 0 {w} {h}" width="{w}" height="{h}" preserveAspectRatio="none" role="img" '
        'aria-label="{label}"><line x1="0" x2="{w}" y1="{zero}" y2="{zero}"/>{drawn}</svg>',
        w=WIDTH, h=HEIGHT, zero=f"{zero:.1f}", drawn=drawn, label=label,
    )  # fmt: skip


@register.filter
def facts(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Write an item's evidence as words and values; what nobody would look for is left out."""
    return [(words, _said(name, evidence[name])) for name, words in FACTS.items() if evidence.get(name)]


def _said(name: str, value: Any) -> str:
    if name in IN_MICRO and isinstance(value, int):
        return f"${format_short(value)}"
    if name == "charges" and isinstance(value, list):
        return " and ".join(f"{'−' if each < 0 else ''}${format_short(abs(each))}" for each in value)
    if name == "charges":
        return f"{value} times"
    if name == "since" and (moment := parse_datetime(str(value))):
        return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value[:10]) + (", …" if len(value) > 10 else "")  # noqa: PLR2004
    return str(value)


@register.filter
def ways(item: ReviewItem) -> list[tuple[str, str, str]]:
    """Give for each way an item can end its name, a word for it, and what it does with how much."""
    booked, given_up = booked_if_accepted(item), given_up_if_disputed(item)
    amount = f"${format_short(abs(item.amount))}"
    accepted = (
        f"We owe it. Books {signed(booked)} as owed to {item.provider} and as cost."
        if booked
        else "It is as it should be. Nothing more is booked."
    )
    disputed = (
        f"We do not owe it. Takes back the {amount} that was booked for it, as no statement charges it."
        if given_up
        else "We do not owe it, and told them. Books nothing; a later statement that takes it back resolves it."
    )
    if item.kind in (ItemKind.OUT_OF_BOUNDS, ItemKind.NOT_STATED) or not booked:
        refunded = "They took it back. Books nothing."
    else:
        refunded = f"They took it back on another statement. Books nothing; until that is imported {amount} stays open."
    return [
        (Resolution.ACCEPTED.value, "Accept", accepted),
        (Resolution.DISPUTED.value, "Dispute", disputed),
        (Resolution.REFUNDED.value, "Refunded", refunded),
        (Resolution.NOTHING.value, "Nothing wrong", "Looked into, and nothing is wrong. Books nothing."),
    ]


@register.filter
def spaced(name: str) -> str:
    """Write a name of the ledger's as words."""
    return name.replace("_", " ")


@register.filter
def pretty(value: Any) -> str:
    """Write what was exchanged, for reading."""
    return json.dumps(value, indent=2, ensure_ascii=False)
