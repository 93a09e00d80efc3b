"""Pixazo: the picture is the answer. pixazo.ai/models/image-editing/seedream-4-5-api, read 2026-11.

The page mixes two models: `seed`, `guidance_scale` and `size: adaptive` are SeedEdit's and are never sent to Seedream
4.5. The operation takes one picture; whether it would take a list is undocumented. A `job_set_id`, which the page can
poll but which no reply of it shows, is polled where it appears.
"""

from collections.abc import Mapping

from editor.domain import Model, Resolution
from editor.providers import fields, reading, synchronous
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
from editor.providers.errors import Unreadable
from editor.providers.sizes import pixels

NAME = "pixazo"
DEFAULT_BASE_URL = "https://gateway.pixazo.ai"
SUBMIT_SECONDS = synchronous.SUBMIT_SECONDS
REPLY_BYTES = synchronous.REPLY_BYTES
THROUGHPUT = Throughput(running=1_000)  # each holds a socket until it is done
CAPABILITIES: Mapping[str, Capabilities] = {
    Model.SEEDREAM_45: Capabilities(
        images=1,
        outputs=1,
        resolutions=frozenset({Resolution.TWO_K, Resolution.FOUR_K}),
        prompt_chars=4000,  # undocumented; ours
        settings=frozenset({"watermark"}),
    ),
    Model.SEEDEDIT_30: Capabilities(
        images=1,
        outputs=1,
        resolutions=frozenset({Resolution.TWO_K}),  # not selectable: about 1024², in the shape of the picture
        prompt_chars=4000,  # undocumented; ours
        settings=frozenset({"seed", "guidance_scale", "watermark"}),
        keeps_shape=True,
    ),
}
UPSTREAM_MODELS: Mapping[str, str] = {
    Model.SEEDREAM_45: "seedream-4-5-251128",
    Model.SEEDEDIT_30: "seededit-3-0-i2i-250628",
}


def submit(job: ProviderJob, account: ProviderAccount) -> HttpRequest:
    """Build the one paid request. Its reply is waited for; there is no callback and no idempotency key."""
    body: dict[str, object] = {
        "model": UPSTREAM_MODELS[job.model],
        "prompt": job.prompt,
        "image": job.images[0],
        "response_format": "url",
        "watermark": bool(job.watermark),  # left out, the model's own default would put one
    }
    if job.model == Model.SEEDEDIT_30:
        body["size"] = "adaptive"
        asked = {"seed": job.seed, "guidance_scale": job.guidance_scale}
        body |= {name: value for name, value in asked.items() if value is not None}
    else:
        width, height = pixels(job.ratio, job.resolution)  # "2K" would leave the ratio to the prompt
        body["size"] = f"{width}x{height}"
    return HttpRequest(
        method="POST", url=f"{account.base_url}/byteplus/v1/getEditImage", headers=_headers(account), json=body
    )


def read_submit(response: HttpResponse) -> Accepted | Delivered:
    """Read its reply: the picture, or the name of a job to poll; a 2xx with neither leaves the outcome unknown."""
    body = _open(response)
    if found := synchronous.delivered(body):
        return found
    if ticket := fields.ticket(body.get("job_set_id")):
        return Accepted(ticket=ticket)
    raise synchronous.nothing_delivered(body)


def poll(ticket: str, account: ProviderAccount) -> HttpRequest:
    """Build the free request that asks how a job is doing."""
    url = f"{account.base_url}/ai-model-api-polling/getGenerationResults"
    return HttpRequest(method="POST", url=url, headers=_headers(account), json={"job_set_id": ticket})


def read_poll(response: HttpResponse, ticket: str) -> Running | Delivered:
    """Read its reply. Only "succeeded" is documented; a status word nobody has seen counts as running."""
    with reading.only_this_poll():
        body = _open(response)
    reading.check_job(ticket, body.get("job_set_id"))
    status = fields.word(body.get("status"))
    if status in fields.FAILED:
        raise reading.failure(synchronous.reason(body)[0])
    if not status:
        raise Unreadable("the reply gives no status")
    return (synchronous.delivered(body) if status in fields.SUCCEEDED else None) or Running()


def read_callback(body: bytes) -> CallbackHint:  # noqa: ARG001 - no reply is posted to us
    """Hint at nothing: Pixazo knows no callbacks."""
    return CallbackHint()


def _headers(account: ProviderAccount) -> dict[str, str]:
    return {"Ocp-Apim-Subscription-Key": account.api_key, "Cache-Control": "no-cache"}


def _open(response: HttpResponse) -> dict[str, object]:
    """Open a reply; raises for every one that is not 2xx, be it Pixazo's `{"error"}` or its gateway's `{"message"}`."""
    body = reading.open_json(response)
    message, code = synchronous.reason(body)
    reading.check_status(response, message=message, code=code)
    return body
