"""Ask after a lost attempt's job: a picture that arrives after the edit's end is listed, free."""

from datetime import UTC, datetime, timedelta

from editor.attempts import AttemptState
from editor.providers import errors
from editor.providers.base import Delivered, Running
from editor.waves.ask import ENDED, poll
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.collect import collect_late, results_of
from editor.waves.moves import let_go
from editor.waves.recorder import Change, TicketTaken

EVERY = 60.0
AFTER_DEADLINE = timedelta(hours=1)
LOST = AttemptState.LOST


async def ask_late(held: Held, bench: Bench) -> bool:
    """Poll a lost job now and then, for an hour after its deadline; its ticket may be one that a callback named."""
    if held.results and not held.ticket:  # a reply that came too late brought them itself
        return await collect_late(held, bench)
    ticket = held.ticket or held.hinted_ticket
    if not ticket:
        return await let_go(held, bench, until=None)
    try:
        reply = await poll(held, bench, ticket)
    except ENDED:
        return await let_go(held, bench, until=None)
    except errors.ProviderError:
        reply = Running()
    match reply:
        case Delivered():
            return await _deliver(held, bench, ticket, reply)
        case Running():
            waits = datetime.now(UTC) < held.deadline_at + AFTER_DEADLINE
            return await let_go(held, bench, until=EVERY if waits else None)


async def _deliver(held: Held, bench: Bench, ticket: str, reply: Delivered) -> bool:
    held.results = await results_of(held, bench, reply)
    try:
        await bench.recorder.write(
            Change(held.id, held.epoch, LOST, LOST, ticket=ticket, results=held.results, said=held.said)
        )
    except TicketTaken:  # the job is another attempt's, and so are its pictures
        return await let_go(held, bench, until=None)
    return await collect_late(held, bench)
