"""Note what staff decided and why: on the alert that asked for it, in the log, and in the workspace's audit log."""

import structlog
from django.utils import timezone

from accounts.services.end_impersonation import staff_by
from accounts.services.record_audit import record_audit
from editor.errors import InvalidInput
from editor.models import Alert, Attempt

LONGEST_NOTE = 500
log = structlog.get_logger(__name__)


def note_decision(*, kind: str, subject: str, staff_id: str, did: str, note: str) -> None:
    """Close the open alert of this kind and subject with the note, or keep one that is closed.

    In the caller's transaction. `did` says in a few words what was done.
    """
    now = timezone.now()
    facts = {"closed_at": now, "closed_by_id": staff_id, "note": note}
    if not Alert.objects.filter(kind=kind, subject=subject, closed_at=None).update(**facts):
        Alert.objects.create(kind=kind, subject=subject, message=did, **facts)
    of = Attempt.objects.filter(id=subject).values_list("workspace_id", "edit_id").first()
    if of:  # the note is for staff: the customer reads what was done
        record_audit(
            workspace_id=of[0], action="support.order_settled", by=staff_by(staff_id), target=of[1], after={"did": did}
        )
    log.warning("staff_decided", kind=kind, subject=subject, staff=staff_id, did=did, note=note)


def check_note(note: str, *, param: str = "note") -> str:
    """Give the note without spaces around it; raises InvalidInput for an empty, long or unreadable one."""
    kept = note.strip()
    if not 1 <= len(kept) <= LONGEST_NOTE:
        raise InvalidInput(
            f"{param.capitalize()} takes 1 to {LONGEST_NOTE} characters; {len(kept)} given. Nothing was changed.",
            param=param,
        )
    if "\0" in kept:
        raise InvalidInput(
            f"{param.capitalize()} holds a character that cannot be kept. Nothing was changed.", param=param
        )
    return kept
