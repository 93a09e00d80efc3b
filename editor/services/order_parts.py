"""Write down the first orders of an edit, one for each part, and wake the waves."""

from django.db.models.functions import Now

from editor.models import Attempt, Edit
from editor.providers.registry import PROVIDERS
from editor.routing import split
from editor.wakeups import wake_waves


def order_parts(edit: Edit) -> None:
    """Order every part of its best provider, in the caller's transaction."""
    provider = edit.route[0]
    Attempt.objects.bulk_create(
        Attempt(
            edit=edit,
            workspace_id=edit.workspace_id,
            is_test=edit.is_test,
            part=part,
            n=n,
            provider=provider,
            due_at=Now(),
            expected_cost=n * edit.units[provider]["cost"],
        )
        for part, n in enumerate(split(edit.n, PROVIDERS[provider].CAPABILITIES[edit.model].outputs), start=1)
    )
    wake_waves()
