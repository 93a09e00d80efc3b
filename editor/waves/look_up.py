"""Look an unknown order up in its provider's own list of what was asked, where it has one; see the finder's module."""

from dataclasses import asdict
from datetime import UTC, datetime

from editor.attempts import CHARGED, Event
from editor.provider_accounts import account
from editor.providers import errors
from editor.providers.finding import Page
from editor.providers.registry import FINDABLE, PROVIDERS
from editor.services.close_attempt import Closing
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.moves import close, let_go
from editor.waves.pace import next_look
from editor.waves.recorder import Change

LOOK_SECONDS = 20.0
FAILED = "The provider's list says that the request failed and cost nothing."
MADE = "The provider's list says that the request was charged; what it made was lost with the answer."


async def look_up(held: Held, bench: Bench) -> bool:
    """Look once: what failed may be ordered elsewhere, what was charged is noted, what is not found stays unknown."""
    try:
        found = await _find(held, bench)
    except errors.ProviderError as error:
        return await let_go(held, bench, until=seconds_to_next_look(held, error))
    if found.charged:
        return await _note_charge(held, bench, found.charged)
    if found.failed:
        return await close(held, bench, Closing(Event.REJECTED, "failed_unseen", FAILED))
    return await let_go(held, bench, until=seconds_to_next_look(held))


async def _find(held: Held, bench: Bench) -> Page:
    """Read the pages until one says that it was charged; it failed only if none does and all were read."""
    finder, failed = FINDABLE[held.provider], False
    for page in range(finder.PAGES):
        ours = account(held.provider, test=held.is_test)
        request = finder.find(held.id, sent_at=held.started_at or held.entered_at, page=page, account=ours)
        response = await bench.transport(held).send(
            request, seconds=LOOK_SECONDS, max_bytes=PROVIDERS[held.provider].REPLY_BYTES
        )
        found = finder.read_find(response, held.id)
        held.said = [{"what": "look_up", "status": response.status, "body": asdict(found)}]
        failed = failed or found.failed
        if found.charged or not found.more:
            return Page(charged=found.charged, failed=failed)
    return Page()


async def _note_charge(held: Held, bench: Bench, charged: str) -> bool:
    """Write down what it cost; nothing can bring the picture, so that nobody looks again."""
    change = Change(
        held.id, held.epoch, held.state, held.state, release=True, hint=held.hinted_ticket,
        reported_cost=charged, error_code=CHARGED, error_message=MADE, said=held.said,
    )  # fmt: skip
    await bench.recorder.write(change)
    return False


def seconds_to_next_look(held: Held, error: errors.ProviderError | None = None) -> float:
    """Say when an unknown order is looked into again."""
    age = (datetime.now(UTC) - held.started_at).total_seconds() if held.started_at else 0.0
    return next_look(age, retry_after=getattr(error, "retry_after", None))
