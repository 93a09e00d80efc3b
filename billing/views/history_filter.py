"""What part of a wallet's history is looked at."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from accounts.ids import MAX_LENGTH

# As people tell them apart, with the kinds of transfers that each is.
KINDS = {
    "charges": ("Charges", ("capture",)),
    "paid": ("Top-ups and plans", ("top_up", "plan")),
    "given": ("Credit from us", ("grant",)),
    "back": ("Given back to you", ("refund", "reinstate")),
    "taken": ("Refunded or disputed payments", ("take_back", "collect")),
    "expired": ("Expired", ("expiry",)),
    "corrected": ("Corrections", ("correction",)),
}
_DAYS = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(9000, 1, 1))]
_LAST_PLACE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Looked:
    """What `movements` is asked for; days are whole ones, in UTC, both included."""

    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    reference: str = ""

    def as_arguments(self) -> dict[str, Any]:
        """Give it by name."""
        return asdict(self)


class Looking(forms.Form):
    """The form; what makes no sense counts as not asked."""

    kind = forms.ChoiceField(required=False, choices=[(name, words) for name, (words, _) in KINDS.items()])
    since = forms.DateField(required=False, validators=_DAYS)
    until = forms.DateField(required=False, validators=_DAYS)
    edit = forms.RegexField(r"^[0-9a-z_]+$", required=False, max_length=MAX_LENGTH)
    after = forms.IntegerField(required=False, min_value=1, max_value=_LAST_PLACE)

    @property
    def asked(self) -> dict[str, Any]:
        """Give what was asked for and makes sense."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def looked(self) -> Looked:
        """Give what is looked for."""
        asked = self.asked
        return Looked(
            kinds=KINDS[asked["kind"]][1] if "kind" in asked else (),
            since=_midnight(asked["since"]) if "since" in asked else None,
            until=_midnight(asked["until"] + timedelta(days=1)) if "until" in asked else None,
            reference=asked.get("edit", ""),
        )


def looking_at(query: QueryDict) -> Looking:
    """Read the address's query."""
    looking = Looking(query)
    looking.is_valid()
    return looking


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
