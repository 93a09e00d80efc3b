"""Submit an attempt: commit the payload, then pay once, then believe only what is proven."""

from datetime import UTC, datetime, timedelta

import structlog

from editor.attempts import AttemptState, Event
from editor.crash import crash_at
from editor.providers import errors
from editor.providers.base import Accepted, Delivered, HttpRequest
from editor.providers.registry import PROVIDERS
from editor.providers.scrubbing import scrub_reply
from editor.services.close_attempt import Closing
from editor.services.hint_ticket import hint_ticket
from editor.services.note_late import note_late
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.collect import results_of
from editor.waves.moves import become_unknown, close, let_go, move, rest_or_let_go
from editor.waves.orders import Order
from editor.waves.pace import next_poll
from editor.waves.patience import patiently
from editor.waves.recorder import TicketTaken

log = structlog.get_logger(__name__)

TICKET_TAKEN = "The provider named a job that another attempt already has."
UNWRITTEN_AGAIN = 30.0
A_SWEEP = 1.0  # the sweeper ends the edit meanwhile


async def submit(held: Held, bench: Bench) -> bool:
    """Send the one paid request of an intent, and tell whether there is more to do with it now."""
    order = bench.orders.pop(held.id, None)
    if order is None or bench.closing.is_set():
        bench.health.spared(held)
        return await let_go(held, bench, until=UNWRITTEN_AGAIN if order is None else 0)
    left = (held.deadline_at - datetime.now(UTC)).total_seconds()
    if left <= (held.usual_seconds or 0.0):
        bench.health.spared(held)
        return await (close(held, bench, _too_late(held, left)) if left > 0 else let_go(held, bench, until=A_SWEEP))
    if not await _commit(held, bench, order):
        return False
    crash_at("after_submitting_committed")
    bench.paying += 1
    try:
        outcome = await _pay(held, bench, order.request)
    finally:
        bench.paying -= 1
    match outcome:
        case Closing():
            return await close(held, bench, outcome)
        case Accepted() | Delivered():
            return await taken(held, bench, outcome)
        case errors.ProviderError():
            wait = getattr(outcome, "retry_after", None)
            return await become_unknown(held, bench, Event.OUTCOME_UNKNOWN, outcome.message, retry_after=wait)


def _too_late(held: Held, left: float) -> Closing:
    """Say so of an order that would most likely be paid for and come after its edit's end: another may be quicker."""
    why = f"{held.provider} usually takes {held.usual_seconds:.0f} s, and {left:.0f} s were left, so it was not asked."
    return Closing(Event.REROUTED, "deadline_exceeded", why)


async def _commit(held: Held, bench: Bench, order: Order) -> bool:
    held.started_at = datetime.now(UTC)
    return await move(
        held,
        bench,
        Event.SUBMIT,
        payload=order.request.json,
        payload_sha256=order.payload_sha256,
        callback_sha256=order.callback_sha256,
    )


async def _pay(held: Held, bench: Bench, request: HttpRequest) -> Accepted | Delivered | Closing | errors.ProviderError:
    """Send it, and sort what came back: taken, closed, or an error that leaves its fate unknown."""
    try:
        bench.check_lease()
        provider = PROVIDERS[held.provider]
        with bench.health.watching(held):
            response = await bench.transport(held).send(
                request, seconds=provider.SUBMIT_SECONDS, max_bytes=provider.REPLY_BYTES
            )
            crash_at("after_post")
            held.said = [scrub_reply("submit", response)]
            return provider.read_submit(response)
    except errors.NotSent as error:
        return Closing(Event.NOT_SENT, "not_sent", error.message)
    except errors.ContentRefused as error:
        return Closing(Event.REFUSED, "content_refused", error.message)
    except errors.Rejected as error:
        return rejected(error)
    except errors.ProviderError as error:
        return error
    except Exception:
        log.exception("reply_not_read", attempt=held.id, provider=held.provider)
        return errors.Unreadable("The reply could not be read.")


async def taken(held: Held, bench: Bench, reply: Accepted | Delivered) -> bool:
    """Go on with an order that was taken: ask after it, or collect what came at once; if too late, for nothing."""
    if isinstance(reply, Delivered):
        held.results = await results_of(held, bench, reply)
        if await move(held, bench, Event.RESULTS, results=held.results, reported_cost=reply.reported_cost):
            return True
        await patiently(bench.in_workshop, note_late, attempt_id=held.id, results=held.results)
        return False
    try:
        moved = await move(held, bench, Event.ACCEPTED, ticket=reply.ticket, reported_cost=reply.reported_cost)
    except TicketTaken:
        return await _no_ticket(held, bench)
    if not moved:  # given up meanwhile; but what was paid for may still be given, late
        await patiently(bench.in_database, hint_ticket, attempt_id=held.id, ticket=reply.ticket)
        return False
    crash_at("after_accepted_committed")
    held.ticket = reply.ticket
    held.rested = True
    return await rest_or_let_go(held, bench, next_poll(0, called_back=bench.callbacks.come(held.line)))


async def _no_ticket(held: Held, bench: Bench) -> bool:
    """Leave an attempt unknown whose provider named a job that another one has; asking again would say the same."""
    if held.state == AttemptState.UNKNOWN:
        return await let_go(held, bench, until=None)
    return await move(
        held, bench, Event.OUTCOME_UNKNOWN, release=True, error_code="ticket_taken", error_message=TICKET_TAKEN
    )


def rejected(error: errors.Rejected) -> Closing:
    """Say how an attempt ends that its provider refused."""
    match error:
        case errors.RateLimited(retry_after=float() | int() as seconds):
            return Closing(Event.REJECTED, "rate_limited", error.message, timedelta(seconds=seconds))
        case errors.RateLimited():
            return Closing(Event.REJECTED, "rate_limited", error.message)
        case errors.ImageUnfetchable():
            return Closing(Event.REJECTED, "image_unfetchable", error.message)
        case errors.OutOfCredit():
            return Closing(Event.REJECTED, "provider_account", "The provider turned our own account away.")
        case _:
            return Closing(Event.REJECTED, "rejected", error.message)
