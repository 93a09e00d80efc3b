"""End an edit whose deadline has passed: what arrived is charged, what is open is given up, the customer is free."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from billing import facade
from billing.money import format_short
from editor.attempts import CHARGED, OPEN_STATES, AttemptState, Effect, Event, advance
from editor.models import Attempt, Edit
from editor.services.cost_of import Cost, cost_facts
from editor.services.finish_edit import finish_edit
from editor.services.raise_alert import LOST, raise_alert


@dataclass(frozen=True, slots=True)
class GivingUp:
    """Why an open attempt is given up: `code` and `message` for the customer, `said` in the alert for staff."""

    event: Event
    code: str
    message: str
    said: str


DEADLINE = GivingUp(
    Event.DEADLINE,
    "deadline_exceeded",
    "No picture had arrived when the deadline passed.",
    "the deadline passed before its outcome was known.",
)


def end_overdue(*, edit_id: str) -> bool:
    """End the edit now, and tell whether it still ran. Locks the edit; safe to repeat.

    What we may owe upstream for an attempt whose outcome is not known goes to suspense, at what we expected; what its
    provider's list shows as charged is owed for certain. A lost attempt that has a ticket, if only
    by a callback's word, or results is still looked after, because a picture that arrives late is given free.
    """
    with transaction.atomic():
        edit = Edit.objects.select_for_update(skip_locked=True).filter(id=edit_id, finished_at=None).first()
        if edit is None:
            return False
        given_up = Attempt.objects.select_for_update().filter(edit=edit, state__in=OPEN_STATES)
        costs = [cost for attempt in given_up for cost in give_up(edit, attempt, DEADLINE)]
        return finish_edit(edit, costs=costs)


def give_up(edit: Edit, attempt: Attempt, why: GivingUp) -> list[Cost]:
    """Close an open attempt whatever became of it, and give what it may cost, if anything.

    The caller holds its edit's row and its own, ends the edit and has the cost recorded.
    """
    step = advance(AttemptState(attempt.state), why.event)
    now = timezone.now()
    charged = attempt.error_code == CHARGED
    attempt.state = step.state
    attempt.epoch += 1
    attempt.wave = None
    known = attempt.ticket or attempt.hinted_ticket or attempt.results
    attempt.due_at = now if step.state == AttemptState.LOST and known else None
    attempt.error_code, attempt.error_message = why.code, why.message
    attempt.finished_at = now
    attempt.save(update_fields=["state", "epoch", "wave", "due_at", "error_code", "error_message", "finished_at"])
    if attempt.is_test:
        return []
    debt = _debt(edit, attempt, charged=charged)
    if Effect.ALERT in step.effects:
        owed = facade.belief_in(debt.facts, certain=debt.certain).booked
        said = f"${format_short(owed)} {'is owed' if debt.certain else 'may be owed'} for no picture"
        raise_alert(
            kind=LOST,
            subject=attempt.id,
            message=f"{attempt.provider}: {said}; {why.said}",
            provider=attempt.provider,
        )
    return [debt] if Effect.BOOK_SUSPENSE in step.effects else []


def _debt(edit: Edit, attempt: Attempt, *, charged: bool) -> Cost:
    """Give what an attempt that is given up costs us: for certain where the provider's list says so, in reason."""
    facts = cost_facts(edit, attempt, expected=attempt.expected_cost, outcome=CHARGED if charged else "")
    return Cost(facts, certain=charged and facade.belief_in(facts, certain=True).reported is not None)
