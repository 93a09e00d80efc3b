"""Fetch a URL through the policy: resolved once, checked, and connected to at the very address that was checked."""

import asyncio
import functools
import socket
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import httpx

from editor.crash import crash_at
from editor.egress.addresses import Address
from editor.egress.targets import Denied, Policy, Target, admit, may_be_own, parse

REDIRECTS = 3
RESOLVE_SECONDS = 5.0
# More threads than a default executor has: names that do not answer must not keep the others waiting.
RESOLVING_AT_ONCE = 64
HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "Pentimento"}

Resolver = Callable[[str, int], Awaitable[list[str]]]


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


async def resolve_by_system(host: str, port: int) -> list[str]:
    """Ask the system's resolver; raises OSError."""
    loop = asyncio.get_running_loop()
    ask = functools.partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    return [str(answer[4][0]) for answer in await loop.run_in_executor(_resolving(), ask)]


@dataclass(frozen=True, slots=True)
class Network:
    """What the network is to us: how names become addresses, and whom TLS trusts."""

    resolve: Resolver = resolve_by_system
    tls: ssl.SSLContext | None = None


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
        addresses = await _admitted(target, policy, network.resolve)
        answer = await _get(target, addresses, file, caps, network)
        if isinstance(answer, Downloaded):
            return answer
        url = urljoin(url, answer)
    raise Denied("more than three redirects")


async def _admitted(target: Target, policy: Policy, resolve: Resolver) -> list[Address]:
    addresses = await _addresses(target, resolve)
    own: list[Address] = []
    if policy.own_origin and may_be_own(target, addresses, policy):
        host, port = policy.own_origin
        own = await _addresses(Target("http", host, port, "/"), resolve)
    admit(target, addresses, own, policy)
    return addresses


async def _addresses(target: Target, resolve: Resolver) -> list[Address]:
    if target.literal:
        return [target.literal]
    async with asyncio.timeout(RESOLVE_SECONDS):
        answers = await resolve(target.host, target.port)
    try:
        return [ip_address(answer) for answer in dict.fromkeys(answers)]
    except ValueError:
        raise Denied("an answer that is no address") from None


async def _get(
    target: Target, addresses: list[Address], file: BinaryIO, caps: Caps, network: Network
) -> Downloaded | str:
    """Try the checked addresses in turn until one lets itself be connected to."""
    *others, last = addresses
    for address in others:
        try:
            return await _get_at(target, address, file, caps, network)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await _get_at(target, last, file, caps, network)


async def _get_at(target: Target, address: Address, file: BinaryIO, caps: Caps, network: Network) -> Downloaded | str:
    """GET from one address; gives where a redirect leads as text."""
    host = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004
    url = httpx.URL(f"{target.scheme}://{host}:{target.port}{target.path}")
    request = httpx.Request(
        "GET",
        url,
        headers=HEADERS | {"Host": target.host_header},
        extensions={"sni_hostname": target.host, "timeout": dict.fromkeys(("connect", "read", "pool"), caps.seconds)},
    )
    # A line for each: httpx keeps connections by address, and two names at one address are two certificates. There is
    # no client before it, whose cookies, redirects and proxies are not wanted here.
    async with httpx.AsyncHTTPTransport(verify=network.tls or _tls(), trust_env=False) as line:
        response = await line.handle_async_request(request)
        try:
            if response.has_redirect_location:
                return str(response.headers["location"])
            return await _save(response, file, caps.max_bytes)
        finally:
            await response.aclose()


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


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


@functools.cache
def _resolving() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RESOLVING_AT_ONCE, thread_name_prefix="resolve")
