"""Change a workspace's settings."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction

from accounts.errors import InvalidInput
from accounts.models import Workspace
from accounts.permissions import Action
from accounts.services.lock_team import lock_team
from accounts.services.record_audit import By, record_audit
from accounts.workspace_names import checked_name

LONGEST_RETENTION = 3650


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What members with the right decide about a workspace; `allowed_providers` None allows all, also later ones.

    Pictures and prompts are kept for `retention_days`, 1 to 3650, or for ever with None.
    """

    name: str
    allowed_providers: Sequence[str] | None
    retention_days: int | None


def change_settings(*, workspace_id: str, new: WorkspaceSettings, by: By) -> Workspace:
    """Set all three; raises InvalidInput, NotAllowed or NotFound, and then nothing changed."""
    checked = _checked(new)
    with transaction.atomic():
        workspace = lock_team(workspace_id=workspace_id, by=by, action=Action.MANAGE_SETTINGS).workspace
        after = asdict(checked)
        before = {name: getattr(workspace, name) for name in after}
        changed = [name for name in after if after[name] != before[name]]
        if changed:
            for name in changed:
                setattr(workspace, name, after[name])
            workspace.save(update_fields=changed)
            record_audit(
                workspace_id=workspace_id,
                action="workspace.settings_changed",
                by=by,
                target=workspace_id,
                target_name=workspace.name,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
    return workspace


def _checked(new: WorkspaceSettings) -> WorkspaceSettings:
    known = list(settings.PROVIDERS)
    if new.retention_days is not None and not 1 <= new.retention_days <= LONGEST_RETENTION:
        message = f"Pictures and prompts are kept for 1 to {LONGEST_RETENTION} days, or for ever. Nothing was changed."
        raise InvalidInput(message, param="retention_days")
    allowed = new.allowed_providers
    if allowed is not None:
        if not set(allowed) <= set(known):
            raise InvalidInput(f"Providers are {', '.join(known)}. Nothing was changed.", param="allowed_providers")
        if not allowed:
            raise InvalidInput("Allow at least one provider. Nothing was changed.", param="allowed_providers")
        allowed = [name for name in known if name in allowed]
    return WorkspaceSettings(checked_name(new.name), allowed, new.retention_days)
