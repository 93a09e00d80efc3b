"""Pixazo's dialect as its page describes it (read 2026-11): the POST is answered when the picture is done.

The page never shows a reply with the `job_set_id` that it says one can poll; the fault `job_set` gives one. Its price
is unknown: this one is made up.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from editor.simulator import upstream
from editor.simulator.orders import Job, JobState, Order, Refusal, Refused, Reply

NAME = "pixazo"
PRICE = Decimal("0.04")
SYNCHRONOUS = True
SUBMIT_PATH = "/byteplus/v1/getEditImage"
POLL_METHOD = "POST"
POLL_PATH = "/ai-model-api-polling/getGenerationResults"
TICKET_PARAM = "job_set_id"

SEEDREAM = "seedream-4-5-251128"
SEEDEDIT = "seededit-3-0-i2i-250628"
FIELDS = {"model", "prompt", "image", "response_format", "size", "watermark"}
SEEDEDIT_FIELDS = FIELDS | {"seed", "guidance_scale"}
SEEDS = range(-1, 2**31)
GUIDANCE = (1, 10)

STATUSES = {
    Refused.KEY: 401,
    Refused.CREDIT: 402,
    Refused.RATE: 429,
    Refused.INVALID: 400,
    Refused.CONTENT: 400,
    Refused.IMAGE: 400,
    Refused.NO_SUCH_JOB: 404,
}
WORDS = {JobState.RUNNING: "processing", JobState.DONE: "succeeded", JobState.FAILED: "failed"}


def check_key(headers: Mapping[str, str]) -> None:
    """Refuse a request without a subscription key; any will do."""
    if not headers.get("Ocp-Apim-Subscription-Key", "").strip():
        raise Refusal(Refused.KEY, "Invalid or missing authentication")


def read_order(body: object) -> Order:
    """Read a request, strictly: nothing that its model does not take, though the page names it for both."""
    asked = upstream.opened(body)
    match asked:
        case {"model": "seedream-4-5-251128" | "seededit-3-0-i2i-250628", "prompt": str(prompt), "image": str(image)}:
            pass
        case _:
            raise Refusal(Refused.INVALID, "Invalid request parameters: model, prompt and image are required")
    if not prompt.strip() or not image:
        raise Refusal(Refused.INVALID, "Invalid request parameters: prompt and image must not be empty")
    is_seededit = asked["model"] == SEEDEDIT
    upstream.only(asked, SEEDEDIT_FIELDS if is_seededit else FIELDS)
    upstream.check_mark(asked)
    if is_seededit:
        _check_seededit(asked)
    size = None if is_seededit else _pixels(asked)
    return Order(prompt=prompt, images=(image,), size=size, inline=upstream.is_inline(asked))


def accepted(job: Job) -> Reply:
    """Answer a request whose job has ended, or the name of one that has not."""
    if job.state is JobState.RUNNING:
        return Reply({"job_set_id": job.id})
    if job.state is JobState.FAILED:
        return refused(Refusal(job.why, job.error))
    tokens = 16384 * len(job.results)
    usage = {"generated_images": len(job.results), "output_tokens": tokens, "total_tokens": tokens}
    return Reply({"created": int(job.made_at.timestamp()), "data": upstream.pictures(job), "usage": usage})


def refused(refusal: Refusal) -> Reply:
    """Answer a request that was not taken."""
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
    return Reply({"error": refusal.message}, status=STATUSES[refusal.why], headers=headers)


def progress(job: Job) -> Reply:
    """Answer a poll."""
    made = int(job.made_at.timestamp())
    answer: dict[str, object] = {"job_set_id": job.id, "status": WORDS[job.state], "created_at": made}
    if job.state is JobState.DONE:
        answer |= {"results": upstream.pictures(job), "updated_at": made}
    elif job.state is JobState.FAILED:
        answer["error"] = job.error
    return Reply(answer)


def callback(job: Job) -> Mapping[str, object]:  # noqa: ARG001
    """Give nothing: there are no callbacks, so no order names an address for one."""
    return {}


def _pixels(body: dict[str, object]) -> tuple[int, int]:
    size = body.get("size")
    match = re.fullmatch(r"(\d{3,5})x(\d{3,5})", size) if isinstance(size, str) else None
    if size in ("2K", "4K"):
        side = 2048 if size == "2K" else 4096
        return side, side
    if not match:
        raise Refusal(Refused.INVALID, "Invalid request parameters: size is required, 2K, 4K or WIDTHxHEIGHT")
    return upstream.pixels(int(match[1]), int(match[2]))


def _check_seededit(body: dict[str, object]) -> None:
    seed, guidance = body.get("seed", -1), body.get("guidance_scale", 5.5)
    if body.get("size", "adaptive") != "adaptive":
        raise Refusal(Refused.INVALID, "Invalid request parameters: only adaptive is supported")
    if type(seed) is not int or seed not in SEEDS:
        raise Refusal(Refused.INVALID, "Invalid request parameters: seed")
    if isinstance(guidance, bool) or not isinstance(guidance, int | float):
        raise Refusal(Refused.INVALID, "Invalid request parameters: guidance_scale")
    if not GUIDANCE[0] <= guidance <= GUIDANCE[1]:
        raise Refusal(Refused.INVALID, "Invalid request parameters: guidance_scale")
