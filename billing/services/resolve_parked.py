"""Take a parked item off the list: staff have seen to it, and say how."""

from django.utils import timezone

from accounts.errors import InvalidInput, NotFound
from accounts.models import User
from billing.models import ParkedItem

SHORTEST = 5


def resolve_parked(*, stripe_id: str, note: str, staff: User) -> None:
    """Note it. Nothing is booked by this. Raises NotFound, and InvalidInput without a note."""
    note = " ".join(note.replace("\x00", "").split())
    if len(note) < SHORTEST:
        raise InvalidInput("Say how it was resolved, in a few words.", param="note")
    items = ParkedItem.objects.filter(stripe_id=stripe_id, resolved_at=None)
    if not items.update(resolved_at=timezone.now(), resolved_by=staff, note=note[:300]):
        raise NotFound("There is no such item, or it was resolved before.")
