"""Provider, transport and the real simulator together: what each fault comes to in the end."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from editor.providers import errors, shortapi
from editor.providers.base import Accepted, Delivered, ProviderAccount, ProviderJob, Running
from editor.providers.transport import Transport
from editor.simulator.faults import FAULTS, Stage
from tests.simulator_fixture import Simulator

JOB = ProviderJob(
    model="seedream-4.5",
    prompt="a little warmer",
    images=("http://127.0.0.1:9/a.jpg",),
    ratio="16:9",
    resolution="2K",
    n=2,
    callback_url="",
    idempotency_key="att_1",
)


class Caller:
    """Submits and polls as a wave will."""

    def __init__(self, simulator: Simulator) -> None:
        self.account = ProviderAccount(simulator.base_url(), "sk-any")
        self.transport = Transport()

    async def submit(self, job: ProviderJob = JOB, *, seconds: float = 5) -> Accepted:
        request = shortapi.submit(job, self.account)
        return shortapi.read_submit(await self.transport.send(request, seconds=seconds, max_bytes=100_000))

    async def poll(self, ticket: str) -> Running | Delivered:
        request = shortapi.poll(ticket, self.account)
        return shortapi.read_poll(await self.transport.send(request, seconds=5, max_bytes=100_000))

    async def end(self, ticket: str) -> Delivered:
        for _ in range(1000):
            if isinstance(answer := await self.poll(ticket), Delivered):
                return answer
            await asyncio.sleep(0.02)
        pytest.fail("the job never ended")


def play(simulator: Simulator, scene: Callable[[Caller], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        caller = Caller(simulator)
        try:
            await scene(caller)
        finally:
            await caller.transport.close()

    asyncio.run(run())


def test_an_order_is_accepted_and_delivered(simulator: Simulator) -> None:
    async def scene(caller: Caller) -> None:
        accepted = await caller.submit()
        assert accepted.reported_cost == "0.076"
        assert len((await caller.end(accepted.ticket)).urls) == 2

    play(simulator, scene)
    assert simulator.counts()["jobs_by_prompt"] == {"a little warmer": 1}


EXPECTED = {
    "accept_then_drop": errors.OutcomeUnknown,
    "hang": errors.OutcomeUnknown,
    "drip": errors.OutcomeUnknown,
    "html_200": errors.Unreadable,
    "empty_200": errors.Unreadable,
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
def test_a_fault_of_the_paid_post_is_told_from_all_others(simulator: Simulator, fault: str) -> None:
    simulator.order(fault)

    async def scene(caller: Caller) -> None:
        with pytest.raises(errors.ProviderError) as raised:
            await caller.submit(seconds=0.6)
        assert type(raised.value) is EXPECTED[fault]

    play(simulator, scene)
    counts = simulator.counts()
    assert (counts["posts"], counts["jobs"]) == (1, int(FAULTS[fault].takes_order))


@pytest.mark.parametrize("fault", ["poll_error_500", "poll_html", "poll_rate_limit"])
def test_a_poll_that_fails_leaves_the_job_to_be_asked_for_again(simulator: Simulator, fault: str) -> None:
    async def scene(caller: Caller) -> None:
        ticket = (await caller.submit()).ticket
        simulator.order(fault)
        with pytest.raises((errors.OutcomeUnknown, errors.RateLimited)):
            await caller.poll(ticket)
        assert await caller.end(ticket)

    play(simulator, scene)


@pytest.mark.parametrize(("fault", "error"), [("fail_job", errors.JobFailed), ("fail_content", errors.ContentRefused)])
def test_a_failed_job_is_told_from_a_failed_poll(
    simulator: Simulator, fault: str, error: type[errors.ProviderError]
) -> None:
    simulator.order(fault)

    async def scene(caller: Caller) -> None:
        with pytest.raises(error) as raised:
            await caller.end((await caller.submit()).ticket)
        assert type(raised.value) is error

    play(simulator, scene)


def test_a_picture_it_cannot_fetch_fails_the_job_without_blame(simulator: Simulator) -> None:
    simulator.profile(render="edit")

    async def scene(caller: Caller) -> None:
        with pytest.raises(errors.ImageUnfetchable):
            await caller.end((await caller.submit()).ticket)

    play(simulator, scene)


def test_a_job_nobody_made_stays_unknown(simulator: Simulator) -> None:
    async def scene(caller: Caller) -> None:
        with pytest.raises(errors.OutcomeUnknown, match="job not found"):
            await caller.poll("sim-000")

    play(simulator, scene)


def test_the_longest_order_the_page_allows_is_taken_and_one_picture_more_is_not(simulator: Simulator) -> None:
    async def scene(caller: Caller) -> None:
        full = replace(JOB, images=JOB.images * 10, n=6, prompt="ü" * 4000, callback_url="http://127.0.0.1:9/cb")
        assert await caller.submit(full)
        with pytest.raises(errors.Rejected):
            await caller.submit(replace(JOB, images=JOB.images * 11))

    play(simulator, scene)
    assert simulator.counts()["jobs"] == 1
