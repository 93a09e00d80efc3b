"""Connect to a foreign address through the policy: resolved once, checked, and dialled at the very address checked."""

import asyncio
import functools
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address

import httpx

from editor.egress.addresses import Address
from editor.egress.targets import Denied, Policy, Target, admit, may_be_own

RESOLVE_SECONDS = 5.0
# More threads than a default executor has: names that do not answer must not keep the others waiting.
RESOLVING_AT_ONCE = 64
AGENT = {"User-Agent": "Pentimento"}

Resolver = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to a target: a GET without a body, or a POST."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None = None


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


async def admitted(target: Target, policy: Policy, network: Network) -> list[Address]:
    """Resolve a target once and give its addresses; raises Denied unless each may be connected to, OSError."""
    addresses = await _addresses(target, network.resolve)
    own: list[Address] = []
    if policy.own_origin and may_be_own(target, addresses, policy):
        host, port = policy.own_origin
        own = await _addresses(Target("http", host, port, "/"), network.resolve)
    admit(target, addresses, own, policy)
    return addresses


@asynccontextmanager
async def answer_of(
    target: Target, addresses: list[Address], message: Message, *, seconds: float, network: Network
) -> AsyncIterator[httpx.Response]:
    """Send to the first checked address that lets itself be connected to; the body is not read, no redirect followed.

    Proxies of the environment are not asked.
    """
    # A line for each: httpx keeps connections by address, and two names at one address are two certificates. There is
    # no client before it, whose cookies, redirects and proxies are not wanted here.
    async with httpx.AsyncHTTPTransport(verify=network.tls or _tls(), trust_env=False) as line:
        response = await _send(line, [_request(target, address, message, seconds) for address in addresses])
        try:
            yield response
        finally:
            await response.aclose()


async def _send(line: httpx.AsyncHTTPTransport, requests: list[httpx.Request]) -> httpx.Response:
    *others, last = requests
    for request in others:
        try:
            return await line.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await line.handle_async_request(last)


def _request(target: Target, address: Address, message: Message, seconds: float) -> httpx.Request:
    host = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004
    return httpx.Request(
        message.method,
        httpx.URL(f"{target.scheme}://{host}:{target.port}{target.path}"),
        content=message.body,
        headers={**AGENT, **message.headers, "Host": target.host_header},
        extensions={"sni_hostname": target.host, "timeout": httpx.Timeout(seconds).as_dict()},
    )


async def _addresses(target: Target, resolve: Resolver) -> list[Address]:
    if target.literal:
        return [target.literal]
    async with asyncio.timeout(RESOLVE_SECONDS):
        answers = await resolve(target.host, target.port)
    try:
        return [ip_address(answer) for answer in dict.fromkeys(answers)]
    except ValueError:
        raise Denied("an answer that is no address") from None


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


@functools.cache
def _resolving() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RESOLVING_AT_ONCE, thread_name_prefix="resolve")
