"""Write down what became of a try, and what follows for the delivery and its endpoint; one transaction."""

import random
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from editor.deliveries.letter import Letter
from editor.deliveries.scrub import answer_text, scrub
from editor.egress import Posted
from editor.models import Delivery, DeliveryState, DeliveryTry, Endpoint
from editor.providers.retry_after import retry_after
from editor.services.disable_endpoint import disable_endpoint
from editor.webhook_rules import NOTHING_BUT_FAILURES, Verdict, judge, next_wait

GONE = "It answered 410 Gone."
EXHAUSTED = "It took nothing in the ten tries over three days."
ONLY_FAILED = "For five days it took nothing."
LEFT_OUT = "The text could not be written."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back within which time: an answer, or why there is none."""

    milliseconds: int
    answer: Posted | None = None
    error: str = ""


def record(letter: Letter, outcome: Outcome) -> Verdict:
    """Note the try, then what follows unless the delivery was started over or switched off meanwhile."""
    answer = outcome.answer
    verdict = judge(answer.status, retry_after(answer.headers)) if answer else judge(None)
    with transaction.atomic():
        # The endpoint's row first, as everybody does who changes it and what waits for it.
        endpoint = Endpoint.objects.select_for_update().filter(id=letter.delivery.endpoint_id).first()
        if endpoint is None:
            return verdict  # deleted, and its log with it
        DeliveryTry.objects.create(
            delivery_id=letter.delivery.id,
            milliseconds=outcome.milliseconds,
            url=letter.url,
            request=scrub(letter.body),
            status=answer.status if answer else None,
            response=answer_text(answer.body) if answer else "",
            error=outcome.error,
        )
        held = Delivery.objects.filter(id=letter.delivery.id, claimed_until=letter.delivery.claimed_until)
        wait = _wait(letter, verdict)
        if verdict.is_taken:
            held.update(state=DeliveryState.DELIVERED, due_at=None, claimed_until=None, delivered_at=Now())
        elif wait is None:
            held.update(state=DeliveryState.FAILED, due_at=None, claimed_until=None, tries=letter.delivery.tries + 1)
        else:
            held.update(due_at=Now() + wait, claimed_until=None, tries=letter.delivery.tries + 1)
        if endpoint.url:
            _note(endpoint, letter, verdict, is_last=wait is None)
    return verdict


def _wait(letter: Letter, verdict: Verdict) -> timedelta | None:
    if verdict.is_gone:
        return None
    return next_wait(letter.delivery.tries + 1, luck=random.uniform(-1, 1), rest=verdict.rest)  # noqa: S311


def _note(endpoint: Endpoint, letter: Letter, verdict: Verdict, *, is_last: bool) -> None:
    """Keep the endpoint's own account: since when it fails, how long it is left alone, whether it is given up."""
    now = timezone.now()
    if verdict.is_taken:
        if endpoint.failing_since or endpoint.resting_until:
            endpoint.failing_since = endpoint.resting_until = None
            endpoint.save(update_fields=["failing_since", "resting_until"])
        return
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.resting_until = now + verdict.rest if verdict.rest else endpoint.resting_until
    endpoint.save(update_fields=["failing_since", "resting_until"])
    if verdict.is_gone:
        disable_endpoint(endpoint, reason=GONE)
    elif endpoint.failing_since <= now - NOTHING_BUT_FAILURES:
        disable_endpoint(endpoint, reason=ONLY_FAILED)
    elif (
        is_last
        and not Delivery.objects.filter(endpoint=endpoint, delivered_at__gte=letter.delivery.started_at).exists()
    ):
        disable_endpoint(endpoint, reason=EXHAUSTED)
