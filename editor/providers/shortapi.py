"""ShortAPI: a job is made, then polled. https://shortapi.ai/models/bytedance/seedream-4.5/edit/llms.txt, read 2026-11.

The page shows only successes; what is read beyond it (failed statuses, `refunded`, `info`) is what public clients read.
"""

from collections.abc import Mapping
from urllib.parse import quote

from editor.domain import Model, Resolution
from editor.providers import fields, reading
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

NAME = "shortapi"
DEFAULT_BASE_URL = "https://api.shortapi.ai"
SUBMIT_SECONDS = 20.0  # within what a stopping process may take to drain
REPLY_BYTES = 1024 * 1024
THROUGHPUT = Throughput(running=10_000)  # no limit is documented; 429 slows us down
CAPABILITIES: Mapping[str, Capabilities] = {
    Model.SEEDREAM_45: Capabilities(
        images=10,
        outputs=6,
        resolutions=frozenset({Resolution.TWO_K}),  # not selectable; what it gives is undocumented
        prompt_chars=4000,  # undocumented; ours
        evidence="C",
    )
}
UPSTREAM_MODEL = "bytedance/seedream-4.5/edit"

SUCCEEDED = frozenset({"2"}) | fields.SUCCEEDED
TAKEN = frozenset({"", "0", "200"})  # `code` is absent, ShortAPI's own 0, or its siblings' 200
UNKNOWN = "500"  # as an envelope code too: "not charged" is not "not created"


def submit(job: ProviderJob, account: ProviderAccount) -> HttpRequest:
    """Build the one paid request. It has no idempotency key, seed, guidance or watermark: none may be sent."""
    args = {
        "prompt": job.prompt,
        "image_urls": list(job.images),
        "aspect_ratio": job.ratio,
        "num_images": job.n,
    }
    return HttpRequest(
        method="POST",
        url=f"{account.base_url}/api/v1/job/create",
        headers=_headers(account),
        json={"model": UPSTREAM_MODEL, "args": args, "callback_url": job.callback_url},
    )


def read_submit(response: HttpResponse) -> Accepted:
    """Read its reply: under 2xx a `code` other than 0 refuses; 500 there, or no job id, leaves the outcome unknown."""
    match _open(response):
        case {"data": {"job_id": job_id, **data}} if ticket := fields.ticket(job_id):
            return Accepted(ticket=ticket, reported_cost=fields.cost(data.get("amount")))
    raise Unreadable("the reply names no job")


def poll(ticket: str, account: ProviderAccount) -> HttpRequest:
    """Build the free request that asks how a job is doing."""
    url = f"{account.base_url}/api/v1/job/query?id={quote(ticket, safe='')}"
    return HttpRequest(method="GET", url=url, headers=_headers(account))


def read_poll(response: HttpResponse, ticket: str) -> Running | Delivered:
    """Read its reply. JobFailed, ContentRefused and ImageUnfetchable end the job; every other error means: ask again.

    A refusal of the poll itself (404, a non-zero `code`: no such job, not yet or not any more) says nothing of the job,
    so it is OutcomeUnknown; 401, 402 and 429 keep their class. A status word nobody has seen counts as running.
    """
    with reading.only_this_poll():
        body = _open(response)
    match body:
        case {"data": {"status": status, **data}} if word := fields.word(status):
            reading.check_job(ticket, data.get("id"), data.get("job_id"))
            if data.get("refunded") is True or word in fields.FAILED or _is_other_number(word):
                said = (data.get("error"), data.get("message"), body.get("info"), body.get("message"))
                raise reading.failure(fields.first_text(*said))
            urls = _urls(data.get("result")) if word in SUCCEEDED else ()
            # Done without a picture counts as running: it may yet show up, and the attempt has its deadline.
            return Delivered(urls=urls, reported_cost=fields.cost(data.get("amount"))) if urls else Running()
    raise Unreadable("the reply gives no status")


def read_callback(body: bytes) -> CallbackHint:
    """Read the job's id out of a callback, whose shape is undocumented."""
    return fields.callback_hint(body)


def _headers(account: ProviderAccount) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.api_key}"}


def _open(response: HttpResponse) -> dict[str, object]:
    """Open the envelope `{"code", "data"}` or `{"code", "info"}`; raises for every refusal, HTTP status first."""
    body = reading.open_json(response)
    message = fields.first_text(body.get("info"), body.get("message"), body.get("error"))
    code = fields.word(body.get("code"))
    reading.check_status(response, message=message, code="" if code in TAKEN else code)
    if not code and body.get("code") is not None:
        raise Unreadable("the reply's code is neither a number nor a word")
    if code == UNKNOWN:
        raise OutcomeUnknown(message or "code 500", code=code)
    if code not in TAKEN:
        status = int(code) if code.isdecimal() else 0
        reading.refuse(response, status=status, message=message or f"code {code}", code=code)
    return body


def _urls(result: object) -> tuple[str, ...]:
    return fields.urls(result.get("images")) if isinstance(result, dict) else ()


def _is_other_number(word: str) -> bool:
    return word.removeprefix("-").isdecimal() and word not in {"0", "1", "2"}
