"""Try a provider whose breaker is open now, not when its rest is over."""

import structlog
from django.db import transaction
from django.db.models.functions import Now

from editor.errors import NotFound, Overtaken
from editor.models import ProviderState
from editor.wakeups import wake_waves

log = structlog.get_logger(__name__)


def try_provider_now(*, name: str, staff_id: str) -> None:
    """Half-open the breaker: the next order probes. Raises NotFound, and Overtaken when it is not open any more."""
    with transaction.atomic():
        if not ProviderState.objects.filter(name=name, open_until__gt=Now()).update(open_until=Now()):
            if not ProviderState.objects.filter(name=name).exists():
                raise NotFound("There is no such provider.")
            raise Overtaken(f"{name}'s breaker is not open any more. Nothing was changed.")
        log.warning("provider_tried", provider=name, staff=staff_id)
        wake_waves()
