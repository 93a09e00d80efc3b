"""Collect an attempt's results: fetch them through the egress door, have them inspected and stored, end the edit."""

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings

from editor import egress
from editor.attempts import AttemptState, Event
from editor.errors import TooLarge
from editor.images.errors import BadPicture, InspectorDown
from editor.images.store import discard
from editor.models import Image
from editor.provider_accounts import result_hosts
from editor.providers.base import Delivered
from editor.services.close_attempt import Closing
from editor.services.collect_results import collect_results
from editor.services.store_result import store_result
from editor.waves import inline
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.moves import close, let_go
from editor.waves.patience import patiently

log = structlog.get_logger(__name__)

FINAL = (BadPicture, TooLarge, egress.TooMuch, inline.Gone)
PASSING = (egress.Refused, InspectorDown, OSError)
PATIENCE = timedelta(seconds=90)
BEFORE_DEADLINE = timedelta(seconds=10)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0


async def results_of(held: Held, bench: Bench, reply: Delivered) -> list[str]:
    """Name what a reply delivered: addresses, and files for the pictures that it holds itself."""
    return [*reply.urls, *await bench.in_workshop(inline.keep, held.id, reply.inline[: held.n])]


async def collect(held: Held, bench: Bench) -> bool:
    """Fetch and deliver what the provider made; what cannot be had in time is paid for and not charged.

    A result that is no picture is given up at once, one that cannot be fetched or stored is tried for 90 seconds.
    Whatever is left of a set by then is delivered.
    """
    wanted = dict(enumerate(held.results[: held.n]))
    taken: dict[int, Image] = {}
    until = min(held.entered_at + PATIENCE, held.deadline_at - BEFORE_DEADLINE)
    pause = FIRST_PAUSE
    try:
        while await _take_in(held, bench, wanted, taken) and datetime.now(UTC) < until:
            if not await bench.rest(held, pause):
                await _discard(bench, taken.values())
                return await let_go(held, bench, until=pause)
            pause = min(pause * 2, LONGEST_PAUSE)
    except BaseException:
        await _discard(bench, taken.values())
        raise
    if not taken:
        what = "could not be fetched" if wanted else "was not a picture of the shape and size that was asked for"
        await close(held, bench, Closing(Event.UNDELIVERABLE, "bad_result", f"The provider's result {what}."))
        await bench.in_workshop(inline.forget, held.id, held.results)
        return False
    return await _deliver(held, bench, taken)


async def collect_late(held: Held, bench: Bench) -> bool:
    """Deliver, free of charge, what arrived after the edit had ended; a result that cannot be had is let be."""
    taken: dict[int, Image] = {}
    await _take_in(held, bench, dict(enumerate(held.results[: held.n])), taken)
    return await _deliver(held, bench, taken) if taken else await let_go(held, bench, until=None)


async def _take_in(held: Held, bench: Bench, wanted: dict[int, str], taken: dict[int, Image]) -> bool:
    """Fetch and store what is wanted and not taken yet; tells whether it is worth trying again."""
    for position, url in list(wanted.items()):
        try:
            taken[position] = await _fetch(held, bench, url)
        except FINAL as error:
            log.warning("result_refused", attempt=held.id, provider=held.provider, why=type(error).__name__)
        except PASSING as error:
            log.warning("result_not_fetched", attempt=held.id, provider=held.provider, why=type(error).__name__)
            continue
        del wanted[position]
    return bool(wanted)


async def _fetch(held: Held, bench: Bench, result: str) -> Image:
    if kept := inline.find(held.id, result):
        return await _store(held, bench, kept)
    work = Path(settings.DATA_DIR) / "work"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        path = Path(folder) / "result"
        if held.is_test:
            await egress.download_simulated(result, to=path)
        else:
            await egress.download(result, to=path, https_only=True, allowed_hosts=result_hosts(held.provider))
        return await _store(held, bench, path)


async def _store(held: Held, bench: Bench, path: Path) -> Image:
    image: Image = await bench.in_workshop(store_result, edit_id=held.edit_id, path=path)
    return image


async def _deliver(held: Held, bench: Bench, taken: dict[int, Image]) -> bool:
    pictures = [taken[position] for position in sorted(taken)]
    listed = await patiently(
        bench.in_workshop,
        collect_results,
        attempt_id=held.id,
        edit_id=held.edit_id,
        epoch=held.epoch,
        pictures=pictures,
        late=held.state == AttemptState.LOST,
    )
    if listed:
        await bench.in_workshop(inline.forget, held.id, held.results)
    else:
        await _discard(bench, pictures)
    return False


async def _discard(bench: Bench, pictures: Iterable[Image]) -> None:
    """Take back pictures that were stored and not listed; one that is listed after all stays."""
    for picture in pictures:
        await bench.in_workshop(discard, picture)
