"""Enable a provider that staff had disabled, and keep who had, when and why."""

from django.db import transaction
from django.utils import timezone

from editor.errors import NotFound, Overtaken
from editor.models import Alert, ProviderState
from editor.services.note_decision import log
from editor.wakeups import wake_waves

KIND = "provider_disabled"


def enable_provider(*, name: str, staff_id: str) -> None:
    """Enable it, and wake what waits for it. Raises NotFound, and Overtaken when it was enabled meanwhile."""
    with transaction.atomic():
        state = ProviderState.objects.select_for_update(of=("self",)).filter(name=name).first()
        if state is None:
            raise NotFound("There is no such provider.")
        if state.disabled_at is None:
            raise Overtaken(f"{name} was enabled already. Nothing was changed.")
        Alert.objects.create(
            kind=KIND,
            subject=name,
            message=f"Disabled: {state.disabled_reason}"[:500],
            opened_at=state.disabled_at,
            raised_at=state.disabled_at,
            closed_at=timezone.now(),
            closed_by_id=staff_id,
            note=f"Enabled again; {state.disabled_by_id or 'nobody who is still here'} had disabled it.",
        )
        state.disabled_at, state.disabled_by_id, state.disabled_reason = None, None, ""
        state.save(update_fields=["disabled_at", "disabled_by", "disabled_reason"])
        log.warning("provider_enabled", provider=name, staff=staff_id)
        wake_waves()
