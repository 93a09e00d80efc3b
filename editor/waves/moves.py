"""Move an attempt on: ask the state machine, write the change, keep what we hold in step."""

import asyncio
from typing import Any

import structlog

from editor.attempts import AttemptState, Effect, Event, advance
from editor.providers.registry import FINDABLE, REPLAYABLE
from editor.services.close_attempt import Closing, close_attempt
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.pace import next_look
from editor.waves.patience import patiently
from editor.waves.recorder import Change

log = structlog.get_logger(__name__)

LONGEST_REST = 20.0


async def move(held: Held, bench: Bench, event: Event, *, release: bool = False, **columns: Any) -> bool:
    """Write the transition that an event asks for; False when the attempt is no longer ours to go on with."""
    step = advance(held.state, event)
    said = held.said or None
    change = Change(
        held.id, held.epoch, held.state, step.state, release=release, hint=held.hinted_ticket, said=said, **columns
    )
    if not await bench.recorder.write(change):
        return False
    held.state, held.said = step.state, []
    if Effect.ALERT in step.effects:
        log.warning("attempt_outcome_unknown", attempt=held.id, provider=held.provider)
    return not release


async def become_unknown(
    held: Held, bench: Bench, event: Event, message: str, *, retry_after: float | None = None
) -> bool:
    """Let go of an attempt whose order may have been taken; it is due soon where it can be replayed or looked up."""
    can_be_asked = held.provider in REPLAYABLE or held.provider in FINDABLE
    due_in = next_look(0, retry_after=retry_after) if can_be_asked else None
    if held.hinted_ticket:  # a callback came while nobody was there to follow it
        due_in = 0.0
    code = "orphaned" if event is Event.ORPHANED else "outcome_unknown"
    return await move(held, bench, event, release=True, due_in=due_in, error_code=code, error_message=message)


async def close(held: Held, bench: Bench, closing: Closing) -> bool:
    """Close an attempt that brought no picture; there is never anything more to do with it."""
    await patiently(
        bench.in_workshop,
        close_attempt,
        attempt_id=held.id,
        edit_id=held.edit_id,
        epoch=held.epoch,
        state=held.state,
        closing=closing,
        said=held.said,
    )
    return False


async def let_go(held: Held, bench: Bench, *, until: float | None) -> bool:
    """Give an attempt back as it is, due again in so many seconds, or only when somebody hints at it."""
    state: AttemptState = held.state
    change = Change(held.id, held.epoch, state, state, release=True, due_in=until, hint=held.hinted_ticket)
    await bench.recorder.write(change)
    return False


async def rest_or_let_go(held: Held, bench: Bench, seconds: float) -> bool:
    """Wait here until an attempt wants work again; False when it was given back for then.

    What rests for long does so as a row, which costs no memory; and so does everything when the wave closes.
    """
    if seconds > LONGEST_REST:
        return await let_go(held, bench, until=seconds)
    now = asyncio.get_running_loop().time
    end = now() + seconds
    if await bench.rest(held, seconds):
        return True
    return await let_go(held, bench, until=0 if held.hinted else max(0.0, end - now()))
