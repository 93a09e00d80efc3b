"""Close a month's cost review: everything looked into, every provider's statement complete, the figures kept."""

from dataclasses import asdict
from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import User
from billing.errors import MonthSigned, NotReadyToSign
from billing.models import MonthSignOff, ReviewItem
from billing.money import format_short
from billing.selectors.provider_months import ProviderMonth, provider_months
from billing.services.take_turn import PATIENCE, take_turn


def what_is_missing(month: date, figures: list[ProviderMonth]) -> list[str]:
    """Say in words what stands against signing a month off. One query."""
    missing = [f"The statement of {each.provider} is not complete." for each in figures if not each.is_complete]
    left = ReviewItem.objects.filter(month=month, resolved_at=None).count()
    if left:
        missing.append(f"{left} item{'s are' if left > 1 else ' is'} open.")
    missing += [
        f"{each.provider}: ${format_short(each.unexplained)} cannot be explained by its statements and items."
        for each in figures
        if each.unexplained
    ]
    if not figures:
        missing.append("There was nothing in this month.")
    return missing


def sign_off_month(*, month: date, by: User, note: str) -> MonthSignOff:
    """Sign a month off. Raises NotReadyToSign with the reasons, MonthSigned, NotYourTurn; then nothing is kept."""
    try:
        with transaction.atomic():
            take_turn(patience=PATIENCE)
            figures = provider_months(month)
            missing = what_is_missing(month, figures)
            if missing:
                raise NotReadyToSign(missing)
            return MonthSignOff.objects.create(
                month=month, figures=[asdict(each) for each in figures], signed_by=by, note=note
            )
    except IntegrityError as error:
        raise MonthSigned(month) from error
