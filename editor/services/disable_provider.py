"""Disable a provider: nothing new is ordered there until staff enable it."""

import structlog
from django.db.models.functions import Now

from editor.errors import NotFound, Overtaken
from editor.models import ProviderState
from editor.services.note_decision import check_note

log = structlog.get_logger(__name__)


def disable_provider(*, name: str, staff_id: str, reason: str) -> None:
    """Disable it; what it already has is still asked after. Raises InvalidInput, NotFound, Overtaken when it was so."""
    reason = check_note(reason, param="reason")
    disabled = ProviderState.objects.filter(name=name, disabled_at=None).update(
        disabled_at=Now(), disabled_by_id=staff_id, disabled_reason=reason
    )
    if disabled:
        log.warning("provider_disabled", provider=name, staff=staff_id, reason=reason)
    elif ProviderState.objects.filter(name=name).exists():
        raise Overtaken(f"{name} was disabled already. Nothing was changed.")
    else:
        raise NotFound("There is no such provider.")
