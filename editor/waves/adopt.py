"""Adopt a job for an attempt whose outcome is unknown, when a callback named it and the provider knows it."""

from editor.attempts import Event
from editor.providers import errors
from editor.waves.ask import ENDED, poll
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.moves import let_go, move
from editor.waves.pace import next_poll
from editor.waves.recorder import TicketTaken

AFTER_A_MISS = 3  # as after three failed polls: a hint is perhaps worth nothing


async def adopt(held: Held, bench: Bench) -> bool:
    """Ask after the hinted ticket with our own key and make it the attempt's own; without one, wait for a hint."""
    if not held.hinted_ticket:
        return await let_go(held, bench, until=None)
    try:
        await poll(held, bench, held.hinted_ticket)
    except ENDED:
        pass  # it exists, and the next poll says the same
    except errors.ProviderError as error:
        wished = getattr(error, "retry_after", None) or 0.0
        return await let_go(held, bench, until=max(next_poll(0, troubles=AFTER_A_MISS), wished))
    try:
        moved = await move(held, bench, Event.ACCEPTED, ticket=held.hinted_ticket)
    except TicketTaken:
        return await let_go(held, bench, until=None)
    held.ticket = held.hinted_ticket
    return moved
