"""Rename an API key."""

from django.db import transaction

from accounts.key_terms import checked_key_name
from accounts.models import ApiKey
from accounts.selectors.keys import lock_key
from accounts.services.record_audit import By, record_audit


def rename_api_key(*, workspace_id: str, key_id: str, name: str, by: By) -> ApiKey:
    """Give a key another name; raises InvalidInput for a bad one, NotFound for a missing id. Locks the key."""
    name = checked_key_name(name)
    with transaction.atomic():
        key = lock_key(workspace_id=workspace_id, key_id=key_id)
        if key.name != name:
            was, key.name = key.name, name
            key.save(update_fields=["name"])
            record_audit(
                workspace_id=workspace_id,
                action="api_key.renamed",
                by=by,
                target=key.id,
                target_name=name,
                before={"name": was},
                after={"name": name},
            )
    return key
