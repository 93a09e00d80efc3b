"""POST to a foreign URL through the policy: one answer, no redirect, and no more of it read than is kept."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import httpx

from editor.egress.connect import Message, Network, admitted, answer_of
from editor.egress.targets import Policy, parse


@dataclass(frozen=True, slots=True)
class Posted:
    """What was answered: header names in lower case, and the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def send(
    url: str, *, message: Message, policy: Policy, keep: int, seconds: float, network: Network | None = None
) -> Posted:
    """Send a message within `seconds`, resolving included, and read at most `keep` bytes of the answer.

    A body that breaks off or does not end in time is kept as far as it came: the status had been said.
    Raises Denied, TimeoutError, httpx.HTTPError, OSError.
    """
    network = network or Network()
    ends = asyncio.get_running_loop().time() + seconds
    async with AsyncExitStack() as stack:
        async with asyncio.timeout_at(ends):
            target = parse(url)
            addresses = await admitted(target, policy, network)
            answering = answer_of(target, addresses, message, seconds=seconds, network=network)
            response = await stack.enter_async_context(answering)
        body = bytearray()
        with suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout_at(ends):
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) >= keep:
                        break
        return Posted(response.status_code, dict(response.headers), bytes(body[:keep]))
