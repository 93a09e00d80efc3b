"""What the form of a new key says."""

from datetime import datetime, timedelta

from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.errors import InvalidInput
from accounts.key_terms import LARGEST_CAP, KeyTerms
from accounts.permissions import Scope

MICRO = 10**6
DAYS = {"": "never", "7": "in 7 days", "30": "in 30 days", "90": "in 90 days", "365": "in a year"}
CAP = f"The monthly cap is dollars above 0, such as 25.00, up to ${LARGEST_CAP // MICRO:,}. Nothing was made."
MEANS = {
    Scope.READ: "look at edits, pictures, projects and prices",
    Scope.WRITE: "upload and order edits, and look at everything",
    Scope.MONEY: "see the balance, the ledger, usage and budgets",
    Scope.BUDGETS: "see the same, and set budgets",
    Scope.WEBHOOKS: "manage webhooks",
}


def read_terms(form: QueryDict) -> KeyTerms:
    """Read the form; what is left to check, `issue_api_key` checks. Raises InvalidInput."""
    return KeyTerms(
        name=form.get("name", ""),
        scopes=tuple(form.getlist("scopes")),
        is_test=form.get("kind") != "live",
        expires_at=_expiry(form.get("expires", "")),
        allowed_ips=tuple(form.get("allowed_ips", "").replace(",", " ").split()),
        monthly_cap=_cap(form.get("monthly_cap", "")),
    )


def _expiry(days: str) -> datetime | None:
    if days not in DAYS:
        raise InvalidInput("Choose one of the times at which it may expire. Nothing was made.", param="expires_at")
    return timezone.now() + timedelta(days=int(days)) if days else None


def _cap(text: str) -> int | None:
    field = forms.DecimalField(required=False, max_digits=15, decimal_places=6, min_value=0)
    try:
        dollars = field.clean(text.strip().removeprefix("$"))
    except forms.ValidationError as error:
        raise InvalidInput(CAP, param="monthly_cap") from error
    return None if dollars is None else int(dollars * MICRO)
