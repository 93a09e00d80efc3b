"""The providers whose reply is the picture, their transport and the real simulator together."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from dataclasses import replace
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from editor.domain import RATIOS
from editor.providers import aimlapi, errors, pixazo
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
    callback_url="http://127.0.0.1:9/cb",
    idempotency_key="att_1",
)
both = pytest.mark.parametrize("provider", [pixazo, aimlapi], ids=lambda provider: provider.NAME)
Ask = Callable[..., Coroutine[Any, Any, Any]]


def submit(simulator: Simulator, provider: Provider, job: ProviderJob = JOB, *, seconds: float = 5) -> Any:
    return play(simulator, provider, lambda ask: ask(provider.submit, job, provider.read_submit, seconds))


def play(simulator: Simulator, provider: Provider, scene: Callable[[Ask], Coroutine[Any, Any, Any]]) -> Any:
    async def run() -> Any:
        transport, account = Transport(), ProviderAccount(simulator.base_url(provider.NAME), "sk-any")

        async def ask(build: Any, what: Any, read: Any, seconds: float = 5) -> Any:
            response = await transport.send(build(what, account), seconds=seconds, max_bytes=provider.REPLY_BYTES)
            return read(response)

        try:
            return await scene(ask)
        finally:
            await transport.close()

    return asyncio.run(run())


def size_of(picture: bytes) -> tuple[int, int]:
    return Image.open(BytesIO(picture)).size


@both
def test_the_reply_is_the_picture(simulator: Simulator, provider: Provider) -> None:
    answer = submit(simulator, provider)
    (url,) = answer.urls
    assert size_of(httpx.get(url, trust_env=False).content) == (2560, 1440)
    assert simulator.counts(provider.NAME)["jobs_by_prompt"] == {"a little warmer": 1}
    assert simulator.counts(provider.NAME)["callbacks"] == 0


def test_aimlapi_says_what_it_took_in_dollars(simulator: Simulator) -> None:
    simulator.order("price_change", provider="aimlapi", amount="0.05")
    assert submit(simulator, aimlapi).reported_cost == "0.050000000"
    assert submit(simulator, aimlapi).reported_cost == "0.042000000"


@both
def test_a_picture_in_the_reply_itself_is_read(simulator: Simulator, provider: Provider) -> None:
    simulator.order("inline_result", provider=provider.NAME)
    answer = submit(simulator, provider)
    assert answer.urls == ()
    assert size_of(answer.inline[0]) == (2560, 1440)


@pytest.mark.parametrize("resolution", ["2K", "4K"])
@pytest.mark.parametrize("ratio", RATIOS)
def test_every_size_is_taken_by_whom_it_is_routed_to(simulator: Simulator, ratio: str, resolution: str) -> None:
    job = replace(JOB, ratio=ratio, resolution=resolution)
    assert submit(simulator, pixazo, job).urls
    sides = aimlapi.CAPABILITIES["seedream-4.5"].sides
    assert sides
    if set(pixels(ratio, resolution)) <= set(sides):
        assert submit(simulator, aimlapi, job).urls
    else:
        with pytest.raises(errors.Rejected, match="sides of 1440 to 4096"):
            submit(simulator, aimlapi, job)


def test_seededit_gets_its_settings_and_gives_its_own_size(simulator: Simulator) -> None:
    answer = submit(simulator, pixazo, replace(JOB, model="seededit-3.0", seed=7, guidance_scale=5.5))
    assert size_of(httpx.get(answer.urls[0], trust_env=False).content) == (1024, 1024)


def test_a_job_set_is_polled_until_it_is_done(simulator: Simulator) -> None:
    simulator.order("job_set", provider="pixazo")

    async def scene(ask: Ask) -> Delivered:
        accepted = await ask(pixazo.submit, JOB, pixazo.read_submit)
        assert isinstance(accepted, Accepted)
        for _ in range(1000):
            answer = await ask(
                pixazo.poll, accepted.ticket, functools.partial(pixazo.read_poll, ticket=accepted.ticket)
            )
            if isinstance(answer, Delivered):
                return answer
            assert isinstance(answer, Running)
            await asyncio.sleep(0.02)
        pytest.fail("the job never ended")

    assert len(play(simulator, pixazo, scene).urls) == 1


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
@both
def test_a_fault_of_the_paid_post_is_told_from_all_others(simulator: Simulator, provider: Provider, fault: str) -> None:
    simulator.order(fault, provider=provider.NAME)
    with pytest.raises(errors.ProviderError) as raised:
        submit(simulator, provider, seconds=0.6)
    assert type(raised.value) is EXPECTED[fault]
    counts = simulator.counts(provider.NAME)
    assert (counts["posts"], counts["jobs"]) == (1, int(FAULTS[fault].takes_order))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("fail_job", errors.Rejected),
        ("fail_content", errors.ContentRefused),
        ("no_result_url", errors.Unreadable),
        ("missing_picture", errors.Unreadable),
        ("never_finish", errors.OutcomeUnknown),
        ("foreign_result_url", errors.Unreadable),
    ],
)
@both
def test_what_becomes_of_the_job_is_the_reply(
    simulator: Simulator, provider: Provider, fault: str, error: type[errors.ProviderError]
) -> None:
    options = {"url": "file:///etc/passwd"} if fault == "foreign_result_url" else {}
    simulator.order(fault, provider=provider.NAME, times=1, **options)
    with pytest.raises(errors.ProviderError) as raised:
        submit(simulator, provider, seconds=0.6)
    assert type(raised.value) is error
    assert simulator.counts(provider.NAME)["jobs"] == 1


@both
def test_a_picture_it_cannot_fetch_blames_nobody(simulator: Simulator, provider: Provider) -> None:
    simulator.profile(render="edit")
    with pytest.raises(errors.ImageUnfetchable):
        submit(simulator, provider)


def test_fourteen_pictures_are_taken_and_fifteen_are_not(simulator: Simulator) -> None:
    assert submit(simulator, aimlapi, replace(JOB, images=JOB.images * 14, prompt="ü" * 4000, watermark=True))
    with pytest.raises(errors.Rejected):
        submit(simulator, aimlapi, replace(JOB, images=JOB.images * 15))
    assert simulator.counts("aimlapi")["jobs"] == 1
