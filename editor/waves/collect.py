"""Collect an attempt's results: fetch them through the egress door, have them inspected and stored, end the edit."""

import tempfile
from pathlib import Path

import structlog
from django.conf import settings

from editor import egress
from editor.attempts import AttemptState, Event
from editor.errors import TooLarge
from editor.images.errors import BadPicture, InspectorDown
from editor.images.store import discard
from editor.images.store_output import store_output
from editor.models import Image
from editor.provider_accounts import result_hosts
from editor.providers.base import Delivered
from editor.services.close_attempt import Closing
from editor.services.collect_results import collect_results
from editor.waves import inline
from editor.waves.bench import Bench
from editor.waves.claims import Held
from editor.waves.moves import close, let_go

log = structlog.get_logger(__name__)

TRIES = 3
PAUSE_SECONDS = 1.0


async def results_of(held: Held, bench: Bench, reply: Delivered) -> list[str]:
    """Name what a reply delivered: addresses, and files for the pictures that it holds itself."""
    return [*reply.urls, *await bench.in_workshop(inline.keep, held.id, reply.inline[: held.n])]


async def collect(held: Held, bench: Bench) -> bool:
    """Fetch and deliver what the provider made; what cannot be had after three tries is paid for and not charged."""
    for tries in range(1, TRIES + 1):
        pictures, trouble = await _take_in(held, bench)
        if pictures:
            await _deliver(held, bench, pictures)
            return False
        if isinstance(trouble, BadPicture | inline.Gone) or tries == TRIES:
            break
        if not await bench.rest(held, tries * PAUSE_SECONDS):
            return await let_go(held, bench, until=0)
    what = "was not a picture" if isinstance(trouble, BadPicture) else "could not be fetched"
    await close(held, bench, Closing(Event.UNDELIVERABLE, "bad_result", f"The provider's result {what}."))
    await bench.in_workshop(inline.forget, held.id, held.results)
    return False


async def collect_late(held: Held, bench: Bench) -> bool:
    """Deliver, free of charge, what arrived after the edit had ended; a result that cannot be had is let be."""
    pictures, _ = await _take_in(held, bench)
    if pictures:
        await _deliver(held, bench, pictures)
        return False
    return await let_go(held, bench, until=None)


async def _take_in(held: Held, bench: Bench) -> tuple[list[Image], Exception | None]:
    """Fetch and store every result, and give those that are pictures and the last trouble with the others."""
    pictures: list[Image] = []
    trouble: Exception | None = None
    for result in held.results[: held.n]:
        try:
            pictures.append(await _fetch(held, bench, result))
        except (egress.Refused, inline.Gone, BadPicture, TooLarge, InspectorDown) as error:
            log.warning("result_refused", attempt=held.id, provider=held.provider, why=type(error).__name__)
            trouble = error
    return pictures, trouble


async def _fetch(held: Held, bench: Bench, result: str) -> Image:
    if kept := inline.find(held.id, result):
        return await _store(held, bench, kept)
    work = Path(settings.DATA_DIR) / "work"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        path = Path(folder) / "result"
        await egress.download(result, to=path, https_only=True, allowed_hosts=result_hosts(held.provider))
        return await _store(held, bench, path)


async def _store(held: Held, bench: Bench, path: Path) -> Image:
    image: Image = await bench.in_workshop(
        store_output,
        workspace_id=held.workspace_id,
        project_id=held.project_id,
        created_by_id=held.created_by_id,
        path=path,
    )
    return image


async def _deliver(held: Held, bench: Bench, pictures: list[Image]) -> None:
    listed = await bench.in_workshop(
        collect_results,
        attempt_id=held.id,
        edit_id=held.edit_id,
        epoch=held.epoch,
        pictures=pictures,
        late=held.state == AttemptState.LOST,
    )
    if listed:
        await bench.in_workshop(inline.forget, held.id, held.results)
        return
    for picture in pictures:
        await bench.in_workshop(discard, picture)
