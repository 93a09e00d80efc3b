"""Which providers a workspace lets its edits go to."""

from collections.abc import Collection

from accounts.models import Workspace


def allowed_providers(workspace_id: str) -> Collection[str] | None:
    """Give their names; None where all are allowed. One query."""
    names: list[str] | None = (
        Workspace.objects.filter(id=workspace_id).values_list("allowed_providers", flat=True).first()
    )
    return names
