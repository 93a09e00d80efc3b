"""Settle an attempt whose order may have been taken: by a callback's ticket, by replaying it, or by looking it up.

Only a provider that documents an idempotency key gets an order again: the stored body under the attempt's own key,
which makes one job however often it is sent. What becomes of the replay itself (too busy, our account, no connection)
says nothing of the order. A refusal in the provider's own words does: a taken order would have got its answer again.
"""

from datetime import UTC, datetime

from editor.attempts import Event
from editor.providers import errors
from editor.providers.base import Accepted, Delivered
from editor.providers.registry import FINDABLE, PROVIDERS
from editor.providers.scrubbing import scrub_reply
from editor.services.close_attempt import Closing
from editor.waves.ask import ENDED, poll
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.look_up import look_up, seconds_to_next_look
from editor.waves.moves import close, let_go, move
from editor.waves.orders import Order
from editor.waves.submit import rejected, taken


async def settle(held: Held, bench: Bench) -> bool:
    """Look into an unknown attempt once, and tell whether there is more to do with it now."""
    order = bench.orders.pop(held.id, None)
    if held.hinted_ticket and await _exists(held, bench):
        return await taken(held, bench, Accepted(held.hinted_ticket))
    in_time = datetime.now(UTC) < held.deadline_at
    if order and in_time:
        return await _replay(held, bench, order)
    if held.provider in FINDABLE and in_time:
        return await look_up(held, bench)
    return await let_go(held, bench, until=seconds_to_next_look(held) if held.hinted_ticket else None)


async def _exists(held: Held, bench: Bench) -> bool:
    """Tell whether the provider knows the hinted ticket with our own key."""
    try:
        await poll(held, bench, held.hinted_ticket)
    except ENDED:
        pass  # it exists, and the next poll says the same
    except errors.ProviderError:
        return False
    return True


async def _replay(held: Held, bench: Bench, order: Order) -> bool:
    if not await move(held, bench, Event.REPLAY):
        return False
    try:
        reply = await _send(held, bench, order)
    except errors.ContentRefused as error:
        return await close(held, bench, Closing(Event.REFUSED, "content_refused", error.message))
    except errors.Rejected as error:
        if _is_about_the_order(error):
            return await close(held, bench, rejected(error))
        return await let_go(held, bench, until=seconds_to_next_look(held, error))
    except errors.ProviderError as error:
        return await let_go(held, bench, until=seconds_to_next_look(held, error))
    return await taken(held, bench, reply)


async def _send(held: Held, bench: Bench, order: Order) -> Accepted | Delivered:
    bench.check_lease()
    provider = PROVIDERS[held.provider]
    with bench.health.watching(held):
        response = await bench.transport(held).send(
            order.request, seconds=provider.SUBMIT_SECONDS, max_bytes=provider.REPLY_BYTES
        )
        held.said = [scrub_reply("submit again", response)]
        return provider.read_submit(response)


def _is_about_the_order(error: errors.Rejected) -> bool:
    """Tell a refusal of what we ordered from one of this call: by its class, and by a code that the body gave."""
    return not isinstance(error, errors.RateLimited | errors.OutOfCredit) and not error.code.startswith("http_")
