"""End staff's time in a member's place, once, and record it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Impersonation, User
from accounts.services.record_audit import By, record_audit


def end_impersonation(*, impersonation_id: str, why: str = "stopped") -> bool:
    """End it and record the end in the workspace's log; tells whether it had not ended before."""
    with transaction.atomic():
        open_one = Impersonation.objects.filter(id=impersonation_id, ended_at=None)
        if not open_one.update(ended_at=timezone.now()):
            return False
        ended = Impersonation.objects.get(id=impersonation_id)
        record_audit(
            workspace_id=ended.workspace_id,
            action="support.left",
            by=staff_by(ended.staff_id),
            target=ended.user_id,
            target_name=User.objects.filter(id=ended.user_id).values_list("email", flat=True).first() or "",
            after={"why": why},
        )
    return True


def end_overdue_impersonations() -> int:
    """End those whose time is up, for the sweeper; tells how many."""
    overdue = Impersonation.objects.filter(ended_at=None, until__lte=timezone.now())
    return sum(end_impersonation(impersonation_id=one.id, why="time was up") for one in overdue)


def staff_by(staff_id: str) -> By:
    """Name somebody on the staff as customers read it: not by name, and by an id that we can look up."""
    return By(staff_id=staff_id, name="Pentimento’s staff")
