"""End an edit whose deadline has passed: what arrived is charged, what is open is given up, the customer is free."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from django.db import transaction
from django.utils import timezone

from billing import facade
from billing.money import MICRO, format_short
from editor.attempts import CHARGED, OPEN_STATES, AttemptState, Effect, Event, advance
from editor.models import Attempt, Edit
from editor.services.finish_edit import finish_edit
from editor.services.raise_alert import LOST, raise_alert

MOST_BELIEVED = 10  # times what was expected


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
        for attempt in Attempt.objects.select_for_update().filter(edit=edit, state__in=OPEN_STATES):
            give_up(attempt, DEADLINE)
        return finish_edit(edit)


def give_up(attempt: Attempt, why: GivingUp) -> None:
    """Close an open attempt whatever became of it; the caller holds its edit's row and its own, and ends the edit."""
    step = advance(AttemptState(attempt.state), why.event)
    now = timezone.now()
    amount, certain = _debt(attempt)
    attempt.state = step.state
    attempt.epoch += 1
    attempt.wave = None
    known = attempt.ticket or attempt.hinted_ticket or attempt.results
    attempt.due_at = now if step.state == AttemptState.LOST and known else None
    attempt.error_code, attempt.error_message = why.code, why.message
    attempt.finished_at = now
    attempt.save(update_fields=["state", "epoch", "wave", "due_at", "error_code", "error_message", "finished_at"])
    if attempt.is_test:
        return
    if Effect.BOOK_SUSPENSE in step.effects:
        facade.record_cost(attempt=attempt.id, provider=attempt.provider, amount=amount, certain=certain)
    if Effect.ALERT in step.effects:
        debt = f"${format_short(amount)} {'is owed' if certain else 'may be owed'} for no picture"
        raise_alert(
            kind=LOST,
            subject=attempt.id,
            message=f"{attempt.provider}: {debt}; {why.said}",
            provider=attempt.provider,
        )


def _debt(attempt: Attempt) -> tuple[int, bool]:
    """Give what an attempt that is given up costs us in µ$, and whether that is certain.

    What a look-up found is believed within bounds: above nothing, and up to ten times what was expected.
    """
    if attempt.error_code == CHARGED:
        try:
            charged = int((Decimal(attempt.reported_cost) * MICRO).to_integral_value(ROUND_CEILING))
        except (InvalidOperation, ValueError, OverflowError):
            charged = 0
        if 0 < charged <= MOST_BELIEVED * attempt.expected_cost:
            return charged, True
    return attempt.expected_cost, False
