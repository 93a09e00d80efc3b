"""Approve or refuse a change of prices that waits for a second person."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from billing.errors import ChangeDecided, NoSuchChange, NotBySamePerson
from billing.models import PriceChange
from billing.services.apply_change import apply_change


@transaction.atomic
def approve_change(*, staff: User, change_id: str) -> PriceChange:
    """Make a change that somebody else asked for. Raises NoSuchChange, NotBySamePerson, ChangeDecided."""
    change = _find(change_id)
    if change.asked_by_id == staff.id:
        raise NotBySamePerson("A large change is approved by somebody else than who asked for it. Nothing was changed.")
    change.approved_by = staff
    apply_change(change)
    return change


def refuse_change(*, staff: User, change_id: str) -> PriceChange:
    """Drop a change; whoever asked for it may take it back so too. Raises NoSuchChange, ChangeDecided."""
    change = _find(change_id)
    refused = PriceChange.objects.filter(id=change.id, applied_at=None, refused_at=None).update(
        refused_at=Now(), refused_by=staff
    )
    if not refused:
        raise ChangeDecided("Somebody has decided on this change meanwhile; look again.")
    return change


def _find(change_id: str) -> PriceChange:
    change = PriceChange.objects.select_related("asked_by").filter(id=change_id).first()
    if change is None:
        raise NoSuchChange("There is no such change.")
    return change
