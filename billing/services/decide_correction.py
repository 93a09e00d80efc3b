"""Decide, as the second person, on a correction of the books that waits."""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from billing.errors import NotCorrectable
from billing.models import Correction
from billing.services.ask_correction import book_correction
from billing.services.second_person import approve

WAITING = Q(approved_by=None, refused_at=None, booked=None)


def approve_correction(*, correction_id: str, approved_by: User) -> Correction:
    """Approve it and book it. Raises NotCorrectable for one's own or one that was decided; then nothing is kept."""
    with transaction.atomic():
        waiting = Correction.objects.filter(WAITING, id=correction_id)
        if not approve(waiting, by=approved_by, what="correction"):
            raise _why_not(correction_id)
        correction = Correction.objects.select_related("corrected").get(id=correction_id)
        book_correction(correction, by=approved_by)
    return correction


def refuse_correction(*, correction_id: str, refused_by: User) -> Correction:
    """Refuse it, or take back one's own; another may be asked for then. Raises NotCorrectable when it was decided."""
    if not Correction.objects.filter(WAITING, id=correction_id).update(refused_at=Now(), refused_by=refused_by):
        raise _why_not(correction_id)
    return Correction.objects.get(id=correction_id)


def _why_not(correction_id: str) -> NotCorrectable:
    found = Correction.objects.filter(id=correction_id).first()
    if found is None:
        return NotCorrectable(f"There is no correction {correction_id}.")
    return NotCorrectable(f"The correction {correction_id} was {'refused' if found.refused_at else 'booked'} already.")
