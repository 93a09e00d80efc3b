"""Close an attempt that brought no picture, and see to what follows: another provider, or the end of the edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, JSONField, Max, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils import timezone

from billing import facade
from editor.attempts import AttemptState, Effect, Event, advance
from editor.models import Attempt, Edit
from editor.providers.registry import PROVIDERS
from editor.routing import Tried, next_provider, split
from editor.selectors.provider_health import read_health
from editor.services.cost_of import cost_of
from editor.services.finish_edit import finish_edit
from editor.wakeups import wake_waves

TAKEN_PERHAPS = {AttemptState.ACCEPTED, AttemptState.COLLECTING, AttemptState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Closing:
    """What was observed: `code` is our stable word for it, `message` the provider's text, `retry_after` its wish."""

    event: Event
    code: str
    message: str
    retry_after: timedelta = timedelta(0)


def close_attempt(
    *,
    attempt_id: str,
    edit_id: str,
    epoch: int,
    state: AttemptState,
    closing: Closing,
    said: Sequence[Mapping[str, Any]] = (),
) -> bool:
    """Close the attempt if it is still in this state and epoch, and keep what was said; tells whether it was.

    Locks the edit, then the attempt. A provider that was paid for nothing has its cost booked all the same; of what was
    taken, or may have been, and is owed nothing there is a cost line that says so.
    """
    step = advance(state, closing.event)
    with transaction.atomic():
        edit = Edit.objects.select_for_update().get(id=edit_id)
        closed = Attempt.objects.filter(id=attempt_id, epoch=epoch, state=state).update(
            state=step.state,
            due_at=None,
            wave=None,
            error_code=closing.code,
            error_message=closing.message,
            exchange=CombinedExpression(F("exchange"), "||", Value(list(said), JSONField())),
            finished_at=timezone.now(),
        )
        if not closed:
            return False
        attempt = Attempt.objects.get(id=attempt_id)
        owed = attempt.expected_cost if Effect.BOOK_COST in step.effects else 0
        costs = cost_of(edit, attempt, expected=owed) if state in TAKEN_PERHAPS else []
        if Effect.ROUTE_AGAIN in step.effects and _route_again(edit, attempt, closing.retry_after):
            for cost in costs:
                facade.record_cost(cost.facts, certain=cost.certain)
            return True
        finish_edit(edit, costs=costs)
    return True


def _route_again(edit: Edit, ended: Attempt, retry_after: timedelta) -> bool:
    """Order the part again from whom it may be ordered, and tell whether there is one."""
    tried = Attempt.objects.filter(edit=edit, part=ended.part).order_by("id").values_list("provider", "error_code")
    health = () if edit.is_test else read_health().values()
    following = next_provider(
        edit.route,
        [Tried(provider, code) for provider, code in tried],
        disabled={one.name for one in health if one.disabled},
        resting={one.name for one in health if one.resting},
    )
    if following is None or edit.cancel_asked:
        return False
    provider, delay = following
    if provider == ended.provider:
        delay = max(delay, retry_after)
    if not Edit.objects.filter(id=edit.id, deadline_at__gt=Now() + delay).exists():  # by the clock that ends it
        return False
    last_part = Attempt.objects.filter(edit=edit).aggregate(last=Max("part"))["last"]
    for index, n in enumerate(split(ended.n, PROVIDERS[provider].CAPABILITIES[edit.model].outputs)):
        Attempt.objects.create(
            edit=edit,
            workspace_id=edit.workspace_id,
            is_test=edit.is_test,
            part=ended.part if index == 0 else last_part + index,
            n=n,
            provider=provider,
            due_at=Now() + delay,
            expected_cost=n * edit.units[provider]["cost"],
        )
    wake_waves()
    return True
