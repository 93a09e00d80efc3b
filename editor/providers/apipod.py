"""APIPod: one task for each picture, then polled; the one provider whose paid request may be sent again.

https://github.com/apipodai/docs: the OpenAPI file of Seedream 4.5, endpoint-conventions, error-codes and webhooks, read
2026-11. Their older page (code 0, `/v1/images/edits` in its samples, 403 for an empty account) is read as well.
"""

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
from editor.providers.errors import OutOfCredit, Rejected, Unreadable

NAME = "apipod"
DEFAULT_BASE_URL = "https://api.apipod.ai"
SUBMIT_SECONDS = 20.0  # within what a stopping process may take to drain
REPLY_BYTES = 1024 * 1024
THROUGHPUT = Throughput(running=10_000)  # no limit is documented; 429 slows us down
CAPABILITIES: Mapping[str, Capabilities] = {
    Model.SEEDREAM_45: Capabilities(
        images=14,
        outputs=1,
        resolutions=frozenset({Resolution.TWO_K, Resolution.FOUR_K}),
        prompt_chars=4000,
        idempotent=True,
        evidence="B",
    )
}
UPSTREAM_MODEL = "seedream-v4.5-edit"
FORBIDDEN = 403
NO_QUOTA = "insufficient_quota"


def submit(job: ProviderJob, account: ProviderAccount) -> HttpRequest:
    """Build the one paid request. It has no count, seed, guidance or watermark: none may be sent."""
    body = {
        "model": UPSTREAM_MODEL,
        "prompt": job.prompt,
        "image_urls": list(job.images),
        "aspect_ratio": job.ratio,
        "quality": job.resolution,
        "callback_url": job.callback_url,
    }
    return replay(body, job.idempotency_key, account)


def replay(body: Mapping[str, object], idempotency_key: str, account: ProviderAccount) -> HttpRequest:
    """Build the paid request again from its stored body: the same bytes under the same key, which make one task.

    A key is kept for seven days. Another body under it is a conflict, so the order of its fields is always the same.
    """
    return HttpRequest(
        method="POST",
        url=f"{account.base_url}/v1/images/generations",
        headers={**_headers(account), "Idempotency-Key": idempotency_key},
        json=dict(sorted(body.items())),
    )


def read_submit(response: HttpResponse) -> Accepted:
    """Read its reply. 409 says that our key is known, as still at work or with another body: the outcome is unknown."""
    match _open(response):
        case {"data": {"task_id": task_id}} if ticket := fields.ticket(task_id):
            return Accepted(ticket=ticket, reported_cost=fields.cost(response.headers.get("x-request-cost")))
    raise Unreadable("the reply names no task")


def poll(ticket: str, account: ProviderAccount) -> HttpRequest:
    """Build the free request that asks how a task is doing."""
    url = f"{account.base_url}/v1/images/status/{quote(ticket, safe='')}"
    return HttpRequest(method="GET", url=url, headers=_headers(account))


def read_poll(response: HttpResponse, ticket: str) -> Running | Delivered:
    """Read its reply. JobFailed, ContentRefused and ImageUnfetchable end the task; every other error means: ask again.

    Completed with an empty result is, by their word, not deliverable yet. `usage.cost` is what was charged, in USD.
    """
    with reading.only_this_poll():
        body = _open(response)
    match body:
        case {"data": {"status": status, **data}} if word := fields.word(status):
            reading.check_job(ticket, data.get("task_id"))
            if word in fields.FAILED:
                raise reading.failure(_reason(data))
            urls = _urls(data.get("result")) if word in fields.SUCCEEDED else ()
            return Delivered(urls=urls, reported_cost=_cost(data.get("usage"), response)) if urls else Running()
    raise Unreadable("the reply gives no status")


def read_callback(body: bytes) -> CallbackHint:
    """Read the task's id out of a callback; they are not signed, and may come five times."""
    return fields.callback_hint(body)


def _headers(account: ProviderAccount) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.api_key}"}


def _open(response: HttpResponse) -> dict[str, object]:
    """Open the envelope; 403 and `insufficient_quota` are a matter of our account, unless they speak of moderation."""
    try:
        return envelope.open_envelope(response)
    except Rejected as refusal:
        if type(refusal) is Rejected and (response.status == FORBIDDEN or refusal.code in (NO_QUOTA, str(FORBIDDEN))):
            raise OutOfCredit(refusal.message, code=refusal.code) from None
        raise


def _reason(data: Mapping[object, object]) -> str:
    message, code = fields.first_text(data.get("error_message")), fields.word(data.get("error_code"))
    return f"{message} ({code})" if message and code else message or code


def _urls(result: object) -> tuple[str, ...]:
    return fields.urls([result] if isinstance(result, str) else result)


def _cost(usage: object, response: HttpResponse) -> str:
    charged = usage.get("cost") if isinstance(usage, dict) else None
    return fields.cost(charged) or fields.cost(response.headers.get("x-request-cost"))
