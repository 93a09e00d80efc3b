"""Rotate an API key."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.errors import InvalidInput
from accounts.key_terms import KeyTerms, ending
from accounts.models import ApiKey, User
from accounts.permissions import Action
from accounts.selectors.keys import lock_key
from accounts.services.issue_api_key import write_key
from accounts.services.lock_team import lock_for
from accounts.services.record_audit import By, record_audit

LONGEST_OVERLAP = timedelta(days=30)


def rotate_api_key(
    *, workspace_id: str, key_id: str, created_by: User | None, overlap: timedelta, by: By
) -> tuple[str, ApiKey]:
    """Make a successor on the same terms and give it, shown once, with the old key, which ends after the overlap.

    An overlap of nothing ends the old key now. Raises NotFound for a missing or foreign id, and for who is no member
    any more; NotAllowed when their role does not allow it; InvalidInput when the key has ended or has a successor
    already, and for an overlap of more than thirty days. Locks the workspace's row, then the key.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        message = f"The overlap is up to {LONGEST_OVERLAP.days} days. Nothing was changed."
        raise InvalidInput(message, param="overlap")
    with transaction.atomic():
        lock_for(workspace_id=workspace_id, by=by, action=Action.MANAGE_KEYS)
        now = timezone.now()
        old = lock_key(workspace_id=workspace_id, key_id=key_id)
        if old.has_ended(now):
            raise InvalidInput("This key has ended already. Nothing was changed; make a new one.")
        if old.successor_id:
            raise InvalidInput("This key was rotated already. Nothing was changed; rotate the new one.")
        terms = KeyTerms(
            name=old.name,
            scopes=tuple(old.scopes),
            is_test=old.is_test,
            expires_at=old.expires_at,
            allowed_ips=tuple(old.allowed_ips),
            monthly_cap=old.monthly_cap,
        )
        key, new = write_key(workspace_id=workspace_id, created_by=created_by, terms=terms)
        was = old.expires_at
        old.successor, old.expires_at = new, ending(was, now=now, overlap=overlap)
        old.save(update_fields=["successor", "expires_at"])
        record_audit(
            workspace_id=workspace_id,
            action="api_key.rotated",
            by=by,
            target=old.id,
            target_name=old.name,
            before={"expires_at": was.isoformat() if was else None, "last_four": old.last_four},
            after={"expires_at": old.expires_at.isoformat(), "successor": new.id, "last_four": new.last_four},
        )
    return key, old
