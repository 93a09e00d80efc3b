"""Tell what an order that was not sent yet waits for."""

from collections.abc import Sequence

from editor.attempts import AttemptState
from editor.models import Attempt
from editor.selectors.provider_health import read_health


def waits_for(attempts: Sequence[Attempt]) -> str:
    """Name the provider that an order waits for, and why; empty when none rests. One query, none without an intent."""
    waiting = [attempt.provider for attempt in attempts if attempt.state == AttemptState.INTENT]
    if not waiting:
        return ""
    health = read_health()
    reasons = {name: health[name].disabled or health[name].resting for name in waiting if name in health}
    return next((f"{name}, which {reason}" for name, reason in reasons.items() if reason), "")
