"""What part of the costs is looked at; what makes no sense counts as not asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from accounts.ids import MAX_LENGTH
from billing.models import CostState, ItemKind
from billing.price_book.known import PROVIDERS, RESOLUTIONS
from billing.selectors.cost_days import Grouping
from billing.selectors.sums import Dimension

DAYS, MOST_DAYS = 30, 92  # a quarter: what is summed up well within a tenth of a second at a million edits
IDENT = r"^[0-9A-Za-z_-]+$"
YEARS = [MinValueValidator(date(2020, 1, 1)), MaxValueValidator(date(2100, 1, 1))]
NAMED = {
    "provider": Dimension.PROVIDER, "workspace": Dimension.WORKSPACE, "key": Dimension.KEY,
    "resolution": Dimension.RESOLUTION,
}  # fmt: skip


def choices(values: Mapping[str, str] | tuple[str, ...] | list[str]) -> list[tuple[str, str]]:
    """Give values as a form's choices."""
    return [(value, value) for value in values]


class Looking(forms.Form):
    """The days, what they are grouped by, and what else they are cut down to."""

    since = forms.DateField(required=False, validators=YEARS)
    until = forms.DateField(required=False, validators=YEARS)
    by = forms.ChoiceField(required=False, choices=choices([one.value for one in Grouping]))
    provider = forms.ChoiceField(required=False, choices=choices(PROVIDERS))
    workspace = forms.RegexField(IDENT, required=False, max_length=MAX_LENGTH)
    key = forms.RegexField(IDENT, required=False, max_length=MAX_LENGTH)
    resolution = forms.ChoiceField(required=False, choices=choices(RESOLUTIONS))
    state = forms.ChoiceField(required=False, choices=CostState.choices)
    after = forms.RegexField(r"^[0-9]{8}\.[0-9A-Za-z_-]+$", required=False, max_length=MAX_LENGTH + 9)


class LookingAtItems(forms.Form):
    """Which items."""

    kind = forms.ChoiceField(required=False, choices=ItemKind.choices)
    provider = forms.ChoiceField(required=False, choices=choices(PROVIDERS))
    month = forms.DateField(required=False, validators=YEARS, input_formats=["%Y-%m"])
    owner = forms.ChoiceField(required=False, choices=choices(["me", "nobody"]))
    state = forms.ChoiceField(required=False, choices=choices(["open", "resolved", "all"]))
    item = forms.RegexField(IDENT, required=False, max_length=MAX_LENGTH)
    after = forms.RegexField(IDENT, required=False, max_length=MAX_LENGTH)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: whole days in UTC, both included, at most a quarter."""

    since: date
    until: date
    by: Grouping
    only: Mapping[Dimension, str]
    state: str
    after: str

    def query(self, **changes: str) -> str:
        """Give an address's query that asks for the same, but for these changes; empty ones are left out."""
        only = {name: self.only[dimension] for name, dimension in NAMED.items() if dimension in self.only}
        asked = {"since": f"{self.since}", "until": f"{self.until}", "by": self.by.value, **only, "state": self.state}
        return urlencode({name: value for name, value in (asked | changes).items() if value})


def read_asked(query: Mapping[str, str]) -> Asked:
    """Read the query of an address."""
    looking = Looking(query)
    looking.is_valid()
    data = looking.cleaned_data
    until = data.get("until") or timezone.now().date()
    since = data.get("since") or until - timedelta(days=DAYS - 1)
    return Asked(
        since=max(min(since, until), until - timedelta(days=MOST_DAYS - 1)),
        until=until,
        by=Grouping(data.get("by") or Grouping.DAY_AND_PROVIDER),
        only={dimension: data[name] for name, dimension in NAMED.items() if data.get(name)},
        state=data.get("state") or "",
        after=data.get("after") or "",
    )
