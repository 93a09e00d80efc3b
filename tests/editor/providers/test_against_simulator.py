"""The providers that are polled, their transport and the real simulator: what each fault comes to in the end."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from editor.domain import RATIOS
from editor.providers import apikley, apipod, errors, shortapi
from editor.providers.base import Accepted, Delivered, Provider, ProviderAccount, ProviderJob, Running
from editor.providers.sizes import pixels
from editor.providers.transport import Transport
from editor.simulator.faults import FAULTS, Stage
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
every = pytest.mark.parametrize("provider", [shortapi, apikley, apipod], ids=lambda provider: provider.NAME)


class Caller:
    """Submits and polls as a wave will."""

    def __init__(self, simulator: Simulator, provider: Provider) -> None:
        self.provider = provider
        self.account = ProviderAccount(simulator.base_url(provider.NAME), "sk-any")
        self.transport = Transport()

    async def submit(self, job: ProviderJob = JOB, *, seconds: float = 5) -> Accepted:
        request = self.provider.submit(job, self.account)
        reply = self.provider.read_submit(await self.transport.send(request, seconds=seconds, max_bytes=100_000))
        assert isinstance(reply, Accepted)
        return reply

    async def poll(self, ticket: str, *, seconds: float = 5) -> Running | Delivered:
        request = self.provider.poll(ticket, self.account)
        response = await self.transport.send(request, seconds=seconds, max_bytes=100_000)
        return self.provider.read_poll(response, ticket)

    async def end(self, ticket: str) -> Delivered:
        for _ in range(1000):
            if isinstance(answer := await self.poll(ticket), Delivered):
                return answer
            await asyncio.sleep(0.02)
        pytest.fail("the job never ended")


def play(simulator: Simulator, provider: Provider, scene: Callable[[Caller], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        caller = Caller(simulator, provider)
        try:
            await scene(caller)
        finally:
            await caller.transport.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("provider", "n", "price", "charged"),
    [(shortapi, 2, "0.076", ""), (apikley, 1, "", "6.5 credits"), (apipod, 1, "0.04", "0.04")],
    ids=lambda value: getattr(value, "NAME", str(value)),
)
def test_an_order_is_accepted_and_delivered(
    simulator: Simulator, provider: Provider, n: int, price: str, charged: str
) -> None:
    async def scene(caller: Caller) -> None:
        accepted = await caller.submit(replace(JOB, n=n))
        assert accepted.reported_cost == price
        delivered = await caller.end(accepted.ticket)
        assert (len(delivered.urls), delivered.reported_cost) == (n, charged)

    play(simulator, provider, scene)
    assert simulator.counts(provider.NAME)["jobs_by_prompt"] == {"a little warmer": 1}


TOLD_OTHERWISE = {"poll_running", "poll_no_picture"}  # well-formed, but not what it said before
EXPECTED = {
    "accept_then_drop": errors.OutcomeUnknown,
    "hang": errors.OutcomeUnknown,
    "drip": errors.OutcomeUnknown,
    "html_200": errors.Unreadable,
    "empty_200": errors.Unreadable,
    "error_200": errors.OutcomeUnknown,
    "cut_json": errors.Unreadable,
    "wrong_types": errors.Unreadable,
    "gzip_bomb": errors.OutcomeUnknown,
    "huge_reply": errors.OutcomeUnknown,
    "header_flood": errors.OutcomeUnknown,
    "redirect": errors.OutcomeUnknown,
    "error_500": errors.OutcomeUnknown,
    "in_progress": errors.OutcomeUnknown,
    "drop": errors.OutcomeUnknown,
    "reject": errors.Rejected,
    "rate_limit": errors.RateLimited,
    "out_of_credit": errors.OutOfCredit,
    "bad_key": errors.OutOfCredit,
    "content_refused": errors.ContentRefused,
    "image_unfetchable": errors.ImageUnfetchable,
}


@pytest.mark.parametrize("fault", [name for name, fault in FAULTS.items() if fault.stage is Stage.SUBMIT])
@every
def test_a_fault_of_the_paid_post_is_told_from_all_others(simulator: Simulator, provider: Provider, fault: str) -> None:
    simulator.order(fault, provider=provider.NAME)

    async def scene(caller: Caller) -> None:
        with pytest.raises(errors.ProviderError) as raised:
            await caller.submit(seconds=0.6)
        expected = errors.Unreadable if (provider.NAME, fault) == ("shortapi", "error_200") else EXPECTED[fault]
        assert type(raised.value) is expected

    play(simulator, provider, scene)
    counts = simulator.counts(provider.NAME)
    assert (counts["posts"], counts["jobs"]) == (1, int(FAULTS[fault].takes_order))


@pytest.mark.parametrize(
    "fault", [name for name, fault in FAULTS.items() if fault.stage is Stage.POLL and name not in TOLD_OTHERWISE]
)
@every
def test_a_poll_that_fails_leaves_the_job_to_be_asked_for_again(
    simulator: Simulator, provider: Provider, fault: str
) -> None:
    async def scene(caller: Caller) -> None:
        assert await caller.submit(replace(JOB, idempotency_key="att_0"))
        ticket = (await caller.submit()).ticket
        times = 2 if fault == "poll_drop" else 1  # a kept connection that closes is tried once more
        simulator.order(fault, provider=provider.NAME, times=times)
        with pytest.raises((errors.OutcomeUnknown, errors.RateLimited)):
            await caller.poll(ticket, seconds=0.6)
        assert await caller.end(ticket)

    play(simulator, provider, scene)


@pytest.mark.parametrize("fault", sorted(TOLD_OTHERWISE))
@every
def test_a_job_that_goes_back_to_running_runs(simulator: Simulator, provider: Provider, fault: str) -> None:
    async def scene(caller: Caller) -> None:
        ticket = (await caller.submit()).ticket
        assert await caller.end(ticket)
        simulator.order(fault, provider=provider.NAME)
        assert await caller.poll(ticket) == Running()
        assert await caller.end(ticket)

    play(simulator, provider, scene)


@every
def test_an_answer_that_names_the_job_before_makes_two_orders_one_ticket(
    simulator: Simulator, provider: Provider
) -> None:
    async def scene(caller: Caller) -> None:
        first = await caller.submit()
        simulator.order("another_id", provider=provider.NAME)
        second = await caller.submit(replace(JOB, idempotency_key="att_2"))
        assert second.ticket == first.ticket

    play(simulator, provider, scene)
    assert simulator.counts(provider.NAME)["jobs"] == 2


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:image/png;base64,AAAA", "ftp://127.0.0.1/a", "/a.jpg"])
@every
def test_an_address_that_is_none_is_no_picture(simulator: Simulator, provider: Provider, url: str) -> None:
    simulator.order("foreign_result_url", provider=provider.NAME, url=url)

    async def scene(caller: Caller) -> None:
        ticket = (await caller.submit()).ticket
        for _ in range(1000):
            if simulator.counts(provider.NAME)["done"]:
                break
            await asyncio.sleep(0.02)
        assert await caller.poll(ticket) == Running()

    play(simulator, provider, scene)


@pytest.mark.parametrize(("fault", "error"), [("fail_job", errors.JobFailed), ("fail_content", errors.ContentRefused)])
@every
def test_a_failed_job_is_told_from_a_failed_poll(
    simulator: Simulator, provider: Provider, fault: str, error: type[errors.ProviderError]
) -> None:
    simulator.order(fault, provider=provider.NAME)

    async def scene(caller: Caller) -> None:
        with pytest.raises(error) as raised:
            await caller.end((await caller.submit()).ticket)
        assert type(raised.value) is error

    play(simulator, provider, scene)


@every
def test_a_picture_it_cannot_fetch_fails_the_job_without_blame(simulator: Simulator, provider: Provider) -> None:
    simulator.profile(render="edit")

    async def scene(caller: Caller) -> None:
        with pytest.raises(errors.ImageUnfetchable):
            await caller.end((await caller.submit()).ticket)

    play(simulator, provider, scene)


@every
def test_a_job_nobody_made_stays_unknown(simulator: Simulator, provider: Provider) -> None:
    async def scene(caller: Caller) -> None:
        with pytest.raises(errors.OutcomeUnknown, match=r"job not found|recordInfo is null"):
            await caller.poll("sim-000")

    play(simulator, provider, scene)


@every
def test_the_longest_order_the_page_allows_is_taken_and_one_picture_more_is_not(
    simulator: Simulator, provider: Provider
) -> None:
    able = provider.CAPABILITIES[JOB.model]

    async def scene(caller: Caller) -> None:
        full = replace(
            JOB,
            images=JOB.images * able.images,
            n=able.outputs,
            resolution=max(able.resolutions),
            prompt="ü" * able.prompt_chars,
            callback_url="http://127.0.0.1:9/cb",
        )
        assert await caller.submit(full)
        more = replace(JOB, images=JOB.images * (able.images + 1), idempotency_key="att_2")
        with pytest.raises(errors.Rejected):
            await caller.submit(more)

    play(simulator, provider, scene)
    assert simulator.counts(provider.NAME)["jobs"] == 1


@pytest.mark.parametrize("provider", [apikley, apipod], ids=lambda provider: provider.NAME)
@pytest.mark.parametrize("ratio", RATIOS)
def test_every_shape_is_made_in_both_sizes(simulator: Simulator, provider: Provider, ratio: str) -> None:
    made: dict[str, str] = {}

    async def scene(caller: Caller) -> None:
        for resolution in ("2K", "4K"):
            job = replace(JOB, ratio=ratio, resolution=resolution, idempotency_key=f"att_{resolution}")
            (made[resolution],) = (await caller.end((await caller.submit(job)).ticket)).urls

    play(simulator, provider, scene)
    for resolution, url in made.items():
        picture = Image.open(BytesIO(httpx.get(url, trust_env=False).content))
        assert picture.size == pixels(ratio, resolution)
