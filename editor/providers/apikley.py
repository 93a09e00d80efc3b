"""Apikley: one task for each picture, then polled. https://docs.apikley.ru/Seedream/seedream.4.5-edit, read 2026-11.

It resells kie.ai under kie's own paths, and what its pages leave out is read as docs.kie.ai describes it. Its page on
polling names kie's host: requests go to the account's address only, or the key would leak.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote

from editor.domain import Model, Resolution
from editor.providers import envelope, fields, reading
from editor.providers.base import (
    Accepted,
    CallbackHint,
    Capabilities,
    Delivered,
    HttpRequest,
    HttpResponse,
    ProviderAccount,
    ProviderJob,
    Running,
    Throughput,
)
from editor.providers.errors import OutcomeUnknown, Unreadable

NAME = "apikley"
DEFAULT_BASE_URL = "https://api.apikley.ru"
SUBMIT_SECONDS = 20.0  # within what a stopping process may take to drain
REPLY_BYTES = 1024 * 1024
THROUGHPUT = Throughput(running=100, new=20, seconds=10.0)  # what kie documents: more is refused, not queued
CAPABILITIES: Mapping[str, Capabilities] = {
    Model.SEEDREAM_45: Capabilities(
        images=14,
        outputs=1,
        resolutions=frozenset({Resolution.TWO_K, Resolution.FOUR_K}),
        prompt_chars=3000,
    )
}
UPSTREAM_MODEL = "seedream/4.5-edit"
QUALITIES = {Resolution.TWO_K: "basic", Resolution.FOUR_K: "high"}
GENERATION_FAILED = "501"


def submit(job: ProviderJob, account: ProviderAccount) -> HttpRequest:
    """Build the one paid request. It has no idempotency key, count, seed, guidance or watermark: none may be sent."""
    body = {
        "prompt": job.prompt,
        "image_urls": list(job.images),
        "aspect_ratio": job.ratio,
        "quality": QUALITIES[Resolution(job.resolution)],
    }
    return HttpRequest(
        method="POST",
        url=f"{account.base_url}/api/v1/jobs/createTask",
        headers=_headers(account),
        json={"model": UPSTREAM_MODEL, "callBackUrl": job.callback_url, "input": body},
    )


def read_submit(response: HttpResponse) -> Accepted:
    """Read its reply. Failures come as an envelope code under HTTP 200; without a task id the outcome is unknown."""
    match envelope.open_envelope(response):
        case {"data": {"taskId": task_id}} | {"data": {"task_id": task_id}} if ticket := fields.ticket(task_id):
            return Accepted(ticket=ticket)
    raise Unreadable("the reply names no task")


def poll(ticket: str, account: ProviderAccount) -> HttpRequest:
    """Build the free request that asks how a task is doing."""
    url = f"{account.base_url}/api/v1/jobs/recordInfo?taskId={quote(ticket, safe='')}"
    return HttpRequest(method="GET", url=url, headers=_headers(account))


def read_poll(response: HttpResponse, ticket: str) -> Running | Delivered:
    """Read its reply. JobFailed, ContentRefused and ImageUnfetchable end the task; every other error means: ask again.

    422 "recordInfo is null" is what a task gets that was made a moment ago: ask again. Only 501 ends one by its code.
    `state` decides, not what stands beside it: a waiting task may show a result, and one without a picture still runs.
    """
    try:
        with reading.only_this_poll():
            body = envelope.open_envelope(response)
    except OutcomeUnknown as error:
        if response.status in reading.OK and error.code == GENERATION_FAILED:
            match reading.open_json(response):
                case {"data": {**data}}:
                    reading.check_job(ticket, data.get("taskId"), data.get("task_id"))
            raise reading.failure(error.message) from None
        raise
    match body:
        case {"data": {"state": state, **data}} if word := fields.word(state):
            reading.check_job(ticket, data.get("taskId"), data.get("task_id"))
            if word in fields.FAILED:
                raise reading.failure(fields.first_text(data.get("failMsg")))
            urls = _urls(data.get("resultJson")) if word in fields.SUCCEEDED else ()
            return Delivered(urls=urls, reported_cost=_credits(data)) if urls else Running()
    raise Unreadable("the reply gives no state")


def read_callback(body: bytes) -> CallbackHint:
    """Read the task's id out of a callback. Whether they are signed is unknown; kie's signature covers no body."""
    return fields.callback_hint(body)


def _headers(account: ProviderAccount) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.api_key}"}


def _urls(result: object) -> tuple[str, ...]:
    """Give the addresses in a result, which is JSON within JSON."""
    try:
        opened = json.loads(result) if isinstance(result, str) else result
    except (ValueError, RecursionError):
        return ()
    return fields.urls(opened.get("resultUrls")) if isinstance(opened, dict) else ()


def _credits(data: Mapping[object, object]) -> str:
    """Give the reported cost, which is in credits of unknown worth; `costTime` is how long it took."""
    consumed = fields.cost(data.get("creditsConsumed", data.get("consumeCredits")))
    return fields.cost(f"{consumed} credits") if consumed else ""
