"""Revoke an API key."""

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiKey
from accounts.selectors.keys import lock_key
from accounts.services.record_audit import By, record_audit


def revoke_api_key(*, workspace_id: str, key_id: str, by: By) -> ApiKey:
    """End a key for good, with the next request; edits it ordered go on. Safe to repeat.

    Raises NotFound for a missing or foreign id. Locks the key.
    """
    with transaction.atomic():
        key = lock_key(workspace_id=workspace_id, key_id=key_id)
        if key.revoked_at is None:
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at"])
            record_audit(
                workspace_id=workspace_id,
                action="api_key.revoked",
                by=by,
                target=key.id,
                target_name=key.name,
                before={"revoked_at": None, "last_four": key.last_four},
                after={"revoked_at": key.revoked_at.isoformat()},
            )
    return key
