"""Issue an API key."""

from django.db import transaction
from django.utils import timezone

from accounts import api_keys
from accounts.errors import InvalidInput
from accounts.key_terms import KeyTerms, checked_terms
from accounts.models import ApiKey, User, Workspace
from accounts.permissions import Action
from accounts.selectors.keys import living_keys
from accounts.services.lock_team import lock_for
from accounts.services.record_audit import SYSTEM, By, record_audit

MOST_KEYS = 1000


def issue_api_key(
    *, workspace: Workspace, created_by: User | None, name: str = "", terms: KeyTerms | None = None, by: By = SYSTEM
) -> str:
    """Make a key for the workspace and give it back; it cannot be shown again. Without `terms` it may do everything.

    Raises InvalidInput for bad terms, and when the workspace has a thousand living keys; NotAllowed or NotFound when
    who acts may not, or no longer. Locks the workspace's row.
    """
    terms = checked_terms(terms or KeyTerms(name), now=timezone.now())
    with transaction.atomic():
        lock_for(workspace_id=workspace.id, by=by, action=Action.MANAGE_KEYS)  # or two see 999
        if living_keys(workspace.id).count() >= MOST_KEYS:
            message = f"A workspace has at most {MOST_KEYS} keys. Nothing was made; revoke one that is not used."
            raise InvalidInput(message, param="name")
        key, row = write_key(workspace_id=workspace.id, created_by=created_by, terms=terms)
        record_audit(
            workspace_id=workspace.id,
            action="api_key.issued",
            by=by,
            target=row.id,
            target_name=row.name,
            after={**terms.as_audited(), "last_four": row.last_four},
        )
    return key


def write_key(*, workspace_id: str, created_by: User | None, terms: KeyTerms) -> tuple[str, ApiKey]:
    """Mint a key and write its row, without a trace in the audit log."""
    key = api_keys.mint(is_test=terms.is_test)
    row = ApiKey.objects.create(
        workspace_id=workspace_id,
        created_by=created_by,
        last_four=key[-4:],
        digest=api_keys.digest(key),
        **terms.as_columns(),
    )
    return key, row
