"""Fetch a URL into a file, each redirect judged like the first address."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import httpx

from editor.crash import crash_at
from editor.egress.connect import Message, Network, admitted, answer_of
from editor.egress.targets import Denied, Policy, parse

REDIRECTS = 3
GET = Message("GET", {"Accept": "image/*", "Accept-Encoding": "identity"})


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came: the type the server claims, which nobody should believe, and how many bytes."""

    content_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Caps:
    """How much may come, and how long all of it may take, redirects and resolving included."""

    max_bytes: int
    seconds: float


class TooManyBytes(Exception):
    """The body is over the cap."""


async def fetch(url: str, *, to: Path, caps: Caps, policy: Policy, network: Network | None = None) -> Downloaded:
    """GET a URL into a file, over at most three redirects, each judged like the first.

    Raises Denied, TooManyBytes, TimeoutError, httpx.HTTPError, OSError; then the file is gone.
    """
    file = await asyncio.to_thread(to.open, "wb")
    try:
        with file:
            async with asyncio.timeout(caps.seconds):
                return await _follow(url, file, caps, policy, network or Network())
    except BaseException:
        to.unlink(missing_ok=True)  # noqa: ASYNC240  one system call; also when we are being cancelled
        raise


async def _follow(url: str, file: BinaryIO, caps: Caps, policy: Policy, network: Network) -> Downloaded:
    for _ in range(REDIRECTS + 1):
        target = parse(url)
        addresses = await admitted(target, policy, network)
        async with answer_of(target, addresses, GET, seconds=caps.seconds, network=network) as response:
            if not response.has_redirect_location:
                return await _save(response, file, caps.max_bytes)
            url = urljoin(url, str(response.headers["location"]))
    raise Denied("more than three redirects")


async def _save(response: httpx.Response, file: BinaryIO, max_bytes: int) -> Downloaded:
    if response.status_code != httpx.codes.OK:
        raise Denied(f"answered {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Denied("compressed though asked not to")
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > max_bytes:
        raise TooManyBytes
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > max_bytes:
            raise TooManyBytes
        file.write(chunk)
        crash_at("during_download")
    return Downloaded(response.headers.get("content-type", ""), size)
