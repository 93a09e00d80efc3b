"""AI/ML API: the picture is the answer, and so is its cost.

docs/api-references/image-models/ByteDance/seedream-4-5 in github.com/aimlapi/api-docs, commit f14fa72, 2026-08-21.
`seed` is in the schema, but the model that is resold has none: what it would do is unknown, so it is never sent and an
edit that asks for one goes elsewhere. Sides are limited to 1440 to 4096, although the model makes longer ones; the
schema allows fewer pixels than the model does, which our table of sizes never asks for.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn

from editor.domain import Model, Resolution
from editor.providers import fields, reading, synchronous
from editor.providers.base import (
    CallbackHint,
    Capabilities,
    Delivered,
    HttpRequest,
    HttpResponse,
    ProviderAccount,
    ProviderJob,
    Throughput,
)
from editor.providers.errors import OutOfCredit, Unreadable
from editor.providers.sizes import pixels

NAME = "aimlapi"
DEFAULT_BASE_URL = "https://api.aimlapi.com"
SUBMIT_SECONDS = synchronous.SUBMIT_SECONDS
REPLY_BYTES = synchronous.REPLY_BYTES
THROUGHPUT = Throughput(running=1_000)  # each holds a socket until it is done
CAPABILITIES: Mapping[str, Capabilities] = {
    Model.SEEDREAM_45: Capabilities(
        images=14,
        outputs=1,
        resolutions=frozenset({Resolution.TWO_K, Resolution.FOUR_K}),
        prompt_chars=4000,  # undocumented for this model; its sibling's
        settings=frozenset({"watermark"}),
        sides=range(1440, 4096 + 1),
        evidence="A",
    )
}
UPSTREAM_MODEL = "bytedance/seedream-4-5"
CREDITS_PER_USD = 2_000_000
CREDIT_EMPTY = 403


def submit(job: ProviderJob, account: ProviderAccount) -> HttpRequest:
    """Build the one paid request. Our id only names it in their ledger: it makes nothing safe to repeat."""
    width, height = pixels(job.ratio, job.resolution)
    return HttpRequest(
        method="POST",
        url=f"{account.base_url}/v1/images/generations",
        headers={"Authorization": f"Bearer {account.api_key}", "X-Client-Request-Id": job.idempotency_key},
        json={
            "model": UPSTREAM_MODEL,
            "prompt": job.prompt,
            "image_urls": list(job.images),
            "image_size": {"width": width, "height": height},
            "response_format": "url",
            "watermark": bool(job.watermark),
        },
    )


def read_submit(response: HttpResponse) -> Delivered:
    """Read its reply; 403 means that our account is empty, and a 2xx without a picture leaves the outcome unknown."""
    body = reading.open_json(response)
    message, code = synchronous.reason(body)
    if response.status == CREDIT_EMPTY:
        raise OutOfCredit(message or "HTTP 403", code=code or "http_403")
    reading.check_status(response, message=message, code=code)
    if found := synchronous.delivered(body, reported_cost=_cost(response, body)):
        return found
    raise synchronous.nothing_delivered(body)


def poll(ticket: str, account: ProviderAccount) -> NoReturn:  # noqa: ARG001 - nothing is ever accepted here
    """Raise: there are no jobs to ask after."""
    raise Unreadable("AI/ML API answers when it is done; it has no jobs")


def read_poll(response: HttpResponse, ticket: str) -> NoReturn:  # noqa: ARG001
    """Raise, as `poll` does."""
    raise Unreadable("AI/ML API answers when it is done; it has no jobs")


def read_callback(body: bytes) -> CallbackHint:  # noqa: ARG001
    """Hint at nothing: AI/ML API knows no callbacks for pictures."""
    return CallbackHint()


def _cost(response: HttpResponse, body: dict[str, object]) -> str:
    """Give what it says it took, in USD: as it says so itself, otherwise from the credits it counts."""
    if spent := fields.cost(response.headers.get("x-aimlapi-usd-spent")):
        return spent
    match body:
        case {"meta": {"usage": {"credits_used": used}}}:
            pass
        case _:
            used = None
    counted = fields.cost(response.headers.get("x-aimlapi-credits-used")) or fields.cost(used)
    return fields.cost(f"{Decimal(counted) / CREDITS_PER_USD:f}") if counted.isdecimal() else ""
