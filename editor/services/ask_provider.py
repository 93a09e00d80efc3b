"""Ask a provider something that is free, outside of any attempt."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from editor.provider_accounts import account
from editor.providers.base import HttpRequest, HttpResponse, ProviderAccount
from editor.providers.transport import Transport

SECONDS = 20.0
MOST_BYTES = 2 * 1024 * 1024

T = TypeVar("T")
Send = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]


def ask_provider(name: str, conversation: Callable[[Send, ProviderAccount], Coroutine[Any, Any, T]]) -> T:
    """Hold a conversation of one or many requests on connections of its own; raises what it raises.

    Blocks until it ends: for a task, and never in a transaction.
    """

    async def hold() -> T:
        transport = Transport(connections=1)

        async def send(request: HttpRequest) -> HttpResponse:
            return await transport.send(request, seconds=SECONDS, max_bytes=MOST_BYTES)

        try:
            return await conversation(send, account(name))
        finally:
            await transport.close()

    return asyncio.run(hold())
