"""End an edit once none of its attempts is open: one capture or release, in the transaction that ends it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from billing import facade
from billing.money import format_short
from editor.attempts import OPEN_STATES, AttemptState
from editor.domain import EditStatus
from editor.models import Attempt, Edit, Output
from editor.services.cost_of import Cost
from editor.services.note_event import note_edit_end
from editor.services.raise_alert import FREE, raise_alert
from editor.wakeups import announce_edit

UNPAID = {AttemptState.CANCELED, AttemptState.REJECTED, AttemptState.NOT_SENT}


@dataclass(frozen=True, slots=True)
class Ending:
    """How an edit ends: `charge` in µ$, `provider` the one that delivered most."""

    status: EditStatus
    charge: int = 0
    provider: str = ""
    error_code: str = ""
    error_message: str = ""


def finish_edit(edit: Edit, *, costs: Sequence[Cost] = ()) -> bool:
    """End the edit if it can end, and tell whether it did; record what the attempts cost that have just ended.

    The caller holds the edit's row lock, in the transaction that ended the last attempt.
    """
    prices = _end(edit)
    # After the capture, for what costs are summed in is locked last; in the order of its key.
    for cost in sorted(costs, key=lambda cost: (cost.facts.at.date(), cost.facts.provider, cost.facts.attempt)):
        facade.record_cost(cost.facts, certain=cost.certain)
    if prices and edit.charged:
        facade.note_retail(edit=edit.id, charge=edit.charged, prices=prices)
    return prices is not None


def _end(edit: Edit) -> dict[str, int] | None:
    """End the edit if it can end; gives the prices of what each attempt delivered, None when it goes on."""
    if EditStatus(edit.status).is_final:
        return None
    attempts = list(Attempt.objects.filter(edit=edit).order_by("id"))
    if any(attempt.state in OPEN_STATES for attempt in attempts):
        return None
    outputs = list(Output.objects.filter(edit=edit, late=False).values_list("attempt_id", "attempt__provider"))
    ending = judge(edit, attempts, [provider for _, provider in outputs])
    if edit.is_test:
        ending = replace(ending, charge=0)  # and nothing was held
    elif ending.charge:
        ending = _charge(edit, ending)
    else:
        facade.release(reference=edit.id)
    if edit.awaits_approval:
        facade.expire_approval(edit=edit.id)
    edit.status = ending.status
    edit.charged = ending.charge
    edit.provider = ending.provider
    edit.error_code = ending.error_code
    edit.error_message = ending.error_message
    edit.finished_at = timezone.now()
    edit.save(update_fields=["status", "charged", "provider", "error_code", "error_message", "finished_at"])
    announce_edit(edit.id)
    note_edit_end(edit)
    prices: dict[str, int] = {}
    for attempt_id, provider in outputs:
        prices[attempt_id] = prices.get(attempt_id, 0) + edit.units[provider]["price"]
    return prices


def _charge(edit: Edit, ending: Ending) -> Ending:
    """Take the charge; free where nobody ended the edit before its hold ran out, and then staff are told."""
    try:
        facade.capture(reference=edit.id, amount=ending.charge)
    except facade.HoldExpired:
        message = f"Its hold had run out, so that ${format_short(ending.charge)} was not charged."
        raise_alert(kind=FREE, subject=edit.id, message=message, provider=ending.provider)
        return replace(ending, charge=0)
    return ending


def judge(edit: Edit, attempts: Sequence[Attempt], delivered: Sequence[str]) -> Ending:
    """Say how an edit ends, from its ended attempts (oldest first) and the provider of every picture in time.

    Charged is what arrived, each picture at the price of the route it came by, never above the quote.
    """
    if delivered:
        charge = min(sum(edit.units[provider]["price"] for provider in delivered), edit.quoted)
        status = EditStatus.SUCCEEDED if len(delivered) >= edit.n else EditStatus.PARTIAL
        return Ending(status, charge=charge, provider=max(set(delivered), key=delivered.count))
    if edit.cancel_asked and all(attempt.state in UNPAID for attempt in attempts):
        return Ending(EditStatus.CANCELED)
    if edit.awaits_approval:
        return _unapproved(edit)
    last = attempts[-1]
    return Ending(
        EditStatus.FAILED,
        error_code=last.error_code or "provider_failed",
        error_message=f"{_sentence(last.error_message or 'The provider gave no picture.')} You were not charged.",
    )


def _unapproved(edit: Edit) -> Ending:
    """End what was over a budget and was not let through."""
    if edit.deadline_at <= timezone.now():
        return Ending(
            EditStatus.FAILED,
            error_code="approval_expired",
            error_message="Nobody approved this edit in time. You were not charged. Ask, and run it again.",
        )
    return Ending(
        EditStatus.FAILED,
        error_code="approval_refused",
        error_message="This edit is over a budget and was not approved. You were not charged.",
    )


def _sentence(text: str) -> str:
    """End a provider's words as a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
