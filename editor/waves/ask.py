"""Ask a provider how a job is doing, until it says."""

from datetime import UTC, datetime

from editor.attempts import Event
from editor.crash import crash_at
from editor.provider_accounts import account
from editor.providers import errors
from editor.providers.base import Delivered, Running
from editor.providers.registry import PROVIDERS
from editor.providers.scrubbing import scrub_reply
from editor.services.close_attempt import Closing
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.collect import results_of
from editor.waves.moves import close, move, rest_or_let_go
from editor.waves.pace import next_poll

POLL_SECONDS = 20.0
ENDED = (errors.JobFailed, errors.ContentRefused, errors.ImageUnfetchable)


async def ask(held: Held, bench: Bench) -> bool:
    """Poll an accepted job at its pace; what fails to answer is asked again, less and less often."""
    called, held.hinted = held.hinted, False
    try:
        reply = await poll(held, bench, held.ticket)
    except ENDED as error:
        bench.health.failed(held, error)
        return await close(held, bench, _ended(error))
    except errors.ProviderError as error:
        held.asked += 1
        bench.health.poll_failed(held, error)
        return await _later(held, bench, getattr(error, "retry_after", None), troubles=held.asked, relying=False)
    held.asked = 0
    match reply:
        case Delivered():
            crash_at("after_poll")
            bench.health.worked(held)
            if held.rested:
                bench.callbacks.note(held.line, called=called)
            held.results = await results_of(held, bench, reply)
            cost = reply.reported_cost or None
            return await move(held, bench, Event.RESULTS, results=held.results, reported_cost=cost)
        case Running():
            relying = bench.callbacks.come(held.line) and not called
            return await _later(held, bench, None, troubles=0, relying=relying)


async def poll(held: Held, bench: Bench, ticket: str) -> Running | Delivered:
    """Ask the provider once; raises a ProviderError, one of ENDED when the job brought nothing."""
    provider = PROVIDERS[held.provider]
    request = provider.poll(ticket, account(held.provider, test=held.is_test))
    response = await bench.transport(held).send(request, seconds=POLL_SECONDS, max_bytes=provider.REPLY_BYTES)
    held.said = [scrub_reply("poll", response)]
    return provider.read_poll(response, ticket)


def _ended(error: errors.ProviderError) -> Closing:
    match error:
        case errors.ContentRefused():
            return Closing(Event.REFUSED, "content_refused", error.message)
        case errors.ImageUnfetchable():
            return Closing(Event.JOB_FAILED, "image_unfetchable", error.message)
        case _:
            return Closing(Event.JOB_FAILED, "job_failed", error.message)


async def _later(held: Held, bench: Bench, retry_after: float | None, *, troubles: int, relying: bool) -> bool:
    """Rest until the next poll, here if the wave goes on, otherwise in the table; `relying` on being called."""
    age = (datetime.now(UTC) - held.started_at).total_seconds() if held.started_at else 0.0
    pause = next_poll(age, troubles=troubles, called_back=relying)
    held.rested = True
    return await rest_or_let_go(held, bench, max(pause, retry_after or 0.0))
