"""Which days usage is asked for, and by what."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

LONGEST = 366
USUAL = 30
BY = {
    "day": "Day", "provider": "Provider", "member": "Member", "key": "Key", "project": "Project",
    "resolution": "Resolution",
}  # fmt: skip
PRESETS = {"7": "7 days", "30": "30 days", "month": "This month", "last": "Last month", "365": "A year"}
_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(9000, 1, 1))]


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included, in UTC; `preset` is the name of a span that was chosen, `note` what was made of the wish."""

    since: date
    until: date
    by: str
    preset: str = ""
    note: str = ""

    @property
    def way(self) -> str:
        """Give the words for what it is asked by."""
        return BY[self.by]

    def query(self) -> str:
        """Write it as an address has it."""
        return urlencode({"since": self.since, "until": self.until, "by": self.by})


class _Asked(forms.Form):
    since = forms.DateField(required=False, validators=_DAYS)
    until = forms.DateField(required=False, validators=_DAYS)
    by = forms.ChoiceField(required=False, choices=list(BY.items()))
    span = forms.ChoiceField(required=False, choices=list(PRESETS.items()))


def read_span(query: QueryDict) -> Span:
    """Read it; what makes no sense counts as not asked, and more than a year is cut to its last days."""
    form = _Asked(query)
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    by, today = asked.get("by", "day"), datetime.now(UTC).date()
    if not (asked.keys() & {"since", "until"}):
        preset = asked.get("span", str(USUAL))
        since, until = _preset(preset, today)
        return Span(since, until, by, preset)
    until = asked.get("until", today)
    since = asked.get("since", until - timedelta(days=USUAL - 1))
    if since > until:
        since, until = until, since
    earliest = until - timedelta(days=LONGEST - 1)
    note = f"That is more than a year; these are its last {LONGEST} days." if since < earliest else ""
    return Span(max(since, earliest), until, by, note=note)


def _preset(name: str, today: date) -> tuple[date, date]:
    month = today.replace(day=1)
    if name == "month":
        return month, today
    if name == "last":
        end = month - timedelta(days=1)
        return end.replace(day=1), end
    return today - timedelta(days=int(name) - 1), today
