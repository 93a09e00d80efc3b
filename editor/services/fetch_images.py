"""Pictures are named by http(s) URLs, or are themselves in data URIs."""

import asyncio
import base64
import binascii
import io
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit

from django.conf import settings

from editor.domain import Actor
from editor.egress import Refused, TooMuch, download
from editor.errors import Busy, InvalidInput
from editor.images.limits import UPLOAD_BYTES
from editor.images.staging import staging, too_large
from editor.images.store import discard
from editor.models import Image
from editor.services.upload_image import upload_image

# The declared type is not asked: the bytes say what they are. Possessive quantifiers do not work on Python 3.11.2.
DATA_URI = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w.+-]+=[\w.+-]*)*;base64,", re.ASCII | re.IGNORECASE)
LONGEST_HEAD = 200  # so that a hostile one cannot keep the expression busy
SECONDS = 30
AT_ONCE = 4

places = threading.BoundedSemaphore(settings.FETCHING_REQUESTS)


def fetch_images(*, actor: Actor, sources: Mapping[str, str], project_id: str | None) -> list[Image]:
    """Fetch or unpack pictures and keep them as uploads, in order; `sources` by field, such as `images[0]`.

    All addresses together have 30 s. Raises InvalidInput, TooLarge, InspectorDown, and Busy when too many requests of
    this process fetch already; then nothing is kept. An address that is blocked reads like one that does not answer.
    """
    unpacked = {param: _unpack(source, param) for param, source in sources.items() if source[:5].lower() == "data:"}
    urls = {param: _checked(source, param) for param, source in sources.items() if param not in unpacked}
    kept: list[Image] = []
    with staging() as folder:
        fetched = _download(urls, folder) if urls else {}
        try:
            for param, source in sources.items():
                with fetched[param].open("rb") if param in fetched else io.BytesIO(unpacked[param]) as file:
                    label = _label(source) if param in fetched else ""
                    kept.append(
                        upload_image(actor=actor, file=file, filename=label, project_id=project_id, param=param)
                    )
        except Exception:
            for image in kept:
                discard(image)
            raise
    return kept


def _checked(url: str, param: str) -> str:
    if url[:7].lower() != "http://" and url[:8].lower() != "https://":
        raise _bad(param, "is neither an image id, an http(s) URL nor a data URI")
    return url


def _download(urls: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Fetch into files; the thread is held meanwhile, so only some requests of a process may."""
    if not places.acquire(blocking=False):
        raise Busy("Too many pictures are being fetched just now. Nothing was kept or charged; send it again shortly.")
    try:
        return asyncio.run(_download_all(urls, folder))
    except ExceptionGroup as problems:
        raise problems.exceptions[0] from None
    finally:
        places.release()


async def _download_all(urls: Mapping[str, str], folder: Path) -> dict[str, Path]:
    deadline = monotonic() + SECONDS
    turns = asyncio.Semaphore(AT_ONCE)
    paths = {param: folder / str(position) for position, param in enumerate(urls)}

    async def fetch(param: str) -> None:
        async with turns:
            await _fetch(urls[param], paths[param], seconds=max(0.0, deadline - monotonic()), param=param)

    async with asyncio.TaskGroup() as group:
        for param in urls:
            group.create_task(fetch(param))
    return paths


async def _fetch(url: str, path: Path, *, seconds: float, param: str) -> None:
    try:
        await download(url, to=path, max_bytes=UPLOAD_BYTES, seconds=seconds)
    except TooMuch:
        raise too_large(param) from None
    except Refused:
        problem = f"could not be fetched: the address is not allowed, or gave no picture within {SECONDS} s"
        raise _bad(param, problem) from None


def _unpack(source: str, param: str) -> bytes:
    head = DATA_URI.match(source[:LONGEST_HEAD])
    if head is None:
        raise _bad(param, "is not a data URI in base64 (data:image/png;base64,…)")
    if (len(source) - head.end()) * 3 // 4 - 2 > UPLOAD_BYTES:
        raise too_large(param)
    try:
        return base64.b64decode(source[head.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise _bad(param, "is a data URI whose base64 is broken") from None


def _label(url: str) -> str:
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])


def _bad(param: str, problem: str) -> InvalidInput:
    return InvalidInput(f"{param} {problem}. Nothing was stored or charged.", param=param)
