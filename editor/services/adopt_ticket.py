"""Adopt a job that staff found at the provider: ask after it with our own key, and take it if it is known there."""

from django.db import transaction

from editor.attempts import AttemptState
from editor.errors import InvalidInput
from editor.models import Attempt
from editor.provider_accounts import has_jobs
from editor.services.hint_ticket import LONGEST, hint_ticket
from editor.services.lock_unsettled import lock_unsettled
from editor.services.note_decision import check_note, note_decision
from editor.wakeups import wake_waves

ADOPTION = "ticket_named"
STATES = (AttemptState.UNKNOWN, AttemptState.LOST)


def adopt_ticket(*, attempt_id: str, epoch: int, ticket: str, staff_id: str, note: str) -> None:
    """Keep the job's id as a hint and wake the waves; nothing is adopted before the provider has said that it exists.

    Raises InvalidInput for an id that cannot be one or is another attempt's, NotFound, and Overtaken.
    """
    note, ticket = check_note(note), ticket.strip()
    if not 1 <= len(ticket) <= LONGEST or not ticket.isprintable():
        raise InvalidInput(
            f"A job id takes 1 to {LONGEST} characters on one line. Nothing was changed.", param="ticket"
        )
    with transaction.atomic():
        _, attempt = lock_unsettled(attempt_id=attempt_id, epoch=epoch, states=STATES)
        if not has_jobs(attempt.provider):
            raise InvalidInput(f"{attempt.provider} has no jobs to ask after. Nothing was changed.", param="ticket")
        if attempt.ticket:
            raise InvalidInput(
                f"This attempt has a job, {attempt.ticket}, already. Nothing was changed.", param="ticket"
            )
        other = Attempt.objects.filter(provider=attempt.provider, ticket=ticket).values_list("id", flat=True).first()
        if other:
            raise InvalidInput(f"That job is attempt {other}'s. Nothing was changed.", param="ticket")
        hint_ticket(attempt_id=attempt.id, ticket=ticket)
        note_decision(kind=ADOPTION, subject=attempt.id, staff_id=staff_id, did=f"Asked after job {ticket}.", note=note)
        wake_waves()
