"""AI/ML API's dialect as its OpenAPI document describes it (commit f14fa72, 2026-08-21), answered when work is done.

Sizes the schema allows and the model does not make are refused, as the model refuses them.
"""

from collections.abc import Mapping
from decimal import Decimal

from editor.simulator import upstream
from editor.simulator.orders import Job, JobState, Order, Refusal, Refused, Reply

NAME = "aimlapi"
PRICE = Decimal("0.042")
SYNCHRONOUS = True
SUBMIT_PATH = "/v1/images/generations"
POLL_METHOD = POLL_PATH = TICKET_PARAM = ""

MODEL = "bytedance/seedream-4-5"
FIELDS = {"model", "prompt", "image_urls", "image_size", "response_format", "seed", "watermark"}
MAX_IMAGES = 14
SIDES = range(1440, 4097)
CREDITS_PER_USD = 2_000_000

STATUSES = {
    Refused.KEY: 401,
    Refused.CREDIT: 403,
    Refused.RATE: 429,
    Refused.INVALID: 400,
    Refused.CONTENT: 400,
    Refused.IMAGE: 400,
    Refused.NO_SUCH_JOB: 404,
}


def check_key(headers: Mapping[str, str]) -> None:
    """Refuse a request without a bearer key; any key will do."""
    scheme, _, key = headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key.strip():
        raise Refusal(Refused.KEY, "Invalid API key")


def read_order(body: object) -> Order:
    """Read a request, strictly: nothing the schema does not name, nothing outside its limits."""
    asked = upstream.opened(body)
    match asked:
        case {"model": "bytedance/seedream-4-5", "prompt": str(prompt), "image_urls": [*images]} if prompt.strip():
            pass
        case _:
            raise Refusal(Refused.INVALID, "Body validation error! model, prompt and image_urls are required")
    upstream.only(asked, FIELDS)
    upstream.check_mark(asked)
    urls = tuple(url for url in images if isinstance(url, str) and url)
    if not 1 <= len(images) <= MAX_IMAGES or len(urls) < len(images):
        raise Refusal(Refused.INVALID, f"Body validation error! image_urls takes 1 to {MAX_IMAGES} URLs")
    if type(asked.get("seed", 0)) is not int:
        raise Refusal(Refused.INVALID, "Body validation error! seed must be an integer")
    return Order(prompt=prompt, images=urls, size=_size(asked), inline=upstream.is_inline(asked))


def accepted(job: Job) -> Reply:
    """Answer a request whose job has ended."""
    if job.state is JobState.FAILED:
        return refused(Refusal(job.why, job.error))
    width, height = job.order.size or (2048, 2048)
    credits_used = int(job.amount * CREDITS_PER_USD)
    return Reply(
        {
            "data": [{**picture, "size": f"{width}x{height}"} for picture in upstream.pictures(job)],
            "meta": {"usage": {"credits_used": credits_used}},
        },
        headers={
            "x-inference-id": job.id,
            "x-aimlapi-credits-used": str(credits_used),
            "x-aimlapi-usd-spent": f"{job.amount:.9f}",
        },
    )


def refused(refusal: Refusal) -> Reply:
    """Answer a request that was not taken."""
    status = STATUSES[refusal.why]
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
    body = {"message": refusal.message, "path": SUBMIT_PATH, "requestId": "sim", "statusCode": status}
    return Reply(body, status=status, headers=headers)


def progress(job: Job) -> Reply:
    """Answer a poll, of which there are none."""
    return accepted(job)


def callback(job: Job) -> Mapping[str, object]:  # noqa: ARG001
    """Give nothing: there are no callbacks, so no order names an address for one."""
    return {}


def _size(body: dict[str, object]) -> tuple[int, int]:
    match body.get("image_size", "2K"):
        case "2K":
            return 2048, 2048
        case "4K":
            return 4096, 4096
        case {"width": int(width), "height": int(height), **rest} if not rest and {width, height} <= set(SIDES):
            return upstream.pixels(width, height)
    raise Refusal(Refused.INVALID, f"Body validation error! image_size has sides of {SIDES[0]} to {SIDES[-1]}")
