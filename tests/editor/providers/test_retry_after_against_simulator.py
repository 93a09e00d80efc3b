"""Every Retry-After there is, as all five providers send it with a 429: the wait is sane, or ours to choose."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from editor.providers.base import Accepted, HttpRequest, Provider, ProviderAccount, ProviderJob
from editor.providers.errors import RateLimited
from editor.providers.registry import PROVIDERS
from editor.providers.transport import Transport
from tests.simulator_fixture import Simulator

JOB = ProviderJob(
    model="seedream-4.5",
    prompt="a little warmer",
    images=("http://127.0.0.1:9/a.jpg",),
    ratio="16:9",
    resolution="2K",
    n=1,
    callback_url="",
    idempotency_key="att_1",
)
SAID = {
    "": None,
    "0": 0.0,
    "7": 7.0,
    "2.5": 2.5,
    "9999999": 900.0,
    "-1": None,
    "1e309": None,
    "9" * 400: None,
    "soon": None,
    "Wed, 21 Oct 2015 07:28:00 GMT": None,
    "Fri, 21 Oct 2095 07:28:00 GMT": 900.0,
}
POLLED = ("shortapi", "pixazo", "apikley", "apipod")
every = pytest.mark.parametrize("name", PROVIDERS)
Asked = Callable[[HttpRequest, Callable[..., object]], float | None]


def order(simulator: Simulator, provider: Provider, said: list[str], *, polls: bool) -> None:
    for text in said:
        fault = "poll_rate_limit" if polls else "rate_limit"
        simulator.order(fault, provider=provider.NAME, times=1, **({"retry_after": text} if text else {}))


async def waits(simulator: Simulator, provider: Provider, said: list[str], *, polls: bool) -> list[float | None]:
    """Be turned away once for each, and give what our reader makes of them."""
    transport, account = Transport(), ProviderAccount(simulator.base_url(provider.NAME), "sk-any")
    found: list[float | None] = []
    request = provider.submit(JOB, account)
    try:
        ticket = ""
        if polls:
            simulator.order("job_set", provider=provider.NAME)
            taken = provider.read_submit(await transport.send(request, seconds=5, max_bytes=100_000))
            assert isinstance(taken, Accepted)
            ticket, request = taken.ticket, provider.poll(taken.ticket, account)
        order(simulator, provider, said, polls=polls)
        for _ in said:
            response = await transport.send(request, seconds=5, max_bytes=100_000)
            with pytest.raises(RateLimited) as raised:
                provider.read_poll(response, ticket) if polls else provider.read_submit(response)
            found.append(raised.value.retry_after)
    finally:
        await transport.close()
    return found


@every
def test_a_refused_order_waits_a_sane_time(simulator: Simulator, name: str) -> None:
    found = asyncio.run(waits(simulator, PROVIDERS[name], list(SAID), polls=False))
    assert dict(zip(SAID, found, strict=True)) == SAID
    assert simulator.counts(name)["jobs"] == 0


@pytest.mark.parametrize("name", POLLED)
def test_a_refused_poll_waits_a_sane_time(simulator: Simulator, name: str) -> None:
    found = asyncio.run(waits(simulator, PROVIDERS[name], list(SAID), polls=True))
    assert dict(zip(SAID, found, strict=True)) == SAID
    assert simulator.counts(name)["jobs"] == 1


@every
def test_a_date_counts_from_the_replys_own(simulator: Simulator, name: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)
    (seconds,) = asyncio.run(waits(simulator, PROVIDERS[name], [date], polls=False))
    assert seconds is not None
    assert 60 < seconds <= 120
