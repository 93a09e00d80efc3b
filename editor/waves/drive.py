"""The life of one attempt, from top to bottom: submit, ask, collect. Every change is written down before what follows.

Whatever ends a wave in the middle, the rows say where each attempt was, and the next wave goes on from there.
"""

from contextlib import suppress

import structlog

from editor.attempts import AttemptState, Event, Impossible
from editor.waves import ask, collect, late, settle, submit
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.moves import become_unknown, let_go

log = structlog.get_logger(__name__)

HANDS_ON = {
    AttemptState.INTENT: submit.submit,
    AttemptState.ACCEPTED: ask.ask,
    AttemptState.COLLECTING: collect.collect,
    AttemptState.UNKNOWN: settle.settle,
    AttemptState.LOST: late.ask_late,
}
ORPHANED = "The process that was submitting died; whether the provider took the order is not known."
AFTER_A_STUMBLE = 5.0


async def drive(held: Held, bench: Bench) -> None:
    """Work on an attempt until it is closed, let go of, or somebody else's; what stumbles is tried again later."""
    try:
        if held.state == AttemptState.SUBMITTING:
            await become_unknown(held, bench, Event.ORPHANED, ORPHANED)
            return
        if held.state not in HANDS_ON:
            await let_go(held, bench, until=None)
        while held.state in HANDS_ON and await HANDS_ON[held.state](held, bench):
            pass
    except Impossible:
        log.info("attempt_moved_on", attempt=held.id)
    except Exception:
        log.exception("attempt_stumbled", attempt=held.id, state=held.state)
        with suppress(Exception):
            await let_go(held, bench, until=AFTER_A_STUMBLE)
