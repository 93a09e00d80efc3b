"""Ask a provider how a job is doing, until it says."""

from datetime import UTC, datetime, timedelta

from editor.attempts import AttemptState, Event
from editor.provider_accounts import account
from editor.providers import errors
from editor.providers.base import Delivered, Running
from editor.providers.registry import PROVIDERS
from editor.services.close_attempt import Closing
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.collect import collect_late, results_of
from editor.waves.moves import close, let_go, move, rest_or_let_go
from editor.waves.pace import LATE_EVERY, next_poll

POLL_SECONDS = 20.0
AFTER_DEADLINE = timedelta(hours=1)
ENDED = (errors.JobFailed, errors.ContentRefused, errors.ImageUnfetchable)


async def ask(held: Held, bench: Bench) -> bool:
    """Poll an accepted job at its pace; a lost one that has a ticket now and then, for an hour after its deadline."""
    if held.results and not held.ticket:
        return await collect_late(held, bench)  # only a lost one can have results and be here
    try:
        reply = await poll_once(held, bench, held.ticket)
    except ENDED as error:
        return await _failed(held, bench, error)
    except errors.ProviderError as error:
        held.asked += 1
        return await _later(held, bench, getattr(error, "retry_after", None), troubles=held.asked)
    held.asked = 0
    match reply:
        case Delivered():
            held.results = await results_of(held, bench, reply)
            return await _done(held, bench, reply.reported_cost)
        case Running():
            return await _later(held, bench, None, troubles=0)


async def poll_once(held: Held, bench: Bench, ticket: str) -> Running | Delivered:
    """Ask once; raises a ProviderError."""
    provider = PROVIDERS[held.provider]
    request = provider.poll(ticket, account(held.provider))
    response = await bench.transport(held.provider).send(request, seconds=POLL_SECONDS, max_bytes=provider.REPLY_BYTES)
    return provider.read_poll(response)


async def _failed(held: Held, bench: Bench, error: errors.ProviderError) -> bool:
    if held.state == AttemptState.LOST:
        return await let_go(held, bench, until=None)
    match error:
        case errors.ContentRefused():
            closing = Closing(Event.REFUSED, "content_refused", error.message)
        case errors.ImageUnfetchable():
            closing = Closing(Event.JOB_FAILED, "image_unfetchable", error.message)
        case _:
            closing = Closing(Event.JOB_FAILED, "job_failed", error.message)
    return await close(held, bench, closing)


async def _done(held: Held, bench: Bench, reported_cost: str) -> bool:
    if held.state == AttemptState.LOST:
        return await collect_late(held, bench)
    return await move(held, bench, Event.RESULTS, results=held.results, reported_cost=reported_cost or None)


async def _later(held: Held, bench: Bench, retry_after: float | None, *, troubles: int) -> bool:
    """Rest until the next poll, here if it is soon and the wave goes on, otherwise in the table."""
    now = datetime.now(UTC)
    if held.state == AttemptState.LOST:
        return await let_go(held, bench, until=LATE_EVERY if now < held.deadline_at + AFTER_DEADLINE else None)
    age = (now - held.started_at).total_seconds() if held.started_at else 0.0
    return await rest_or_let_go(held, bench, max(next_poll(age, troubles=troubles), retry_after or 0.0))
