"""ShortAPI's dialect as its page describes it (llms.txt of bytedance/seedream-4.5/edit, read 2026-11).

The page shows no error body and no callback body; these follow what public clients read (`code`, `info`).
"""

from collections.abc import Mapping
from decimal import Decimal

from editor.simulator.orders import Job, JobState, Order, Refusal, Refused, Reply

NAME = "shortapi"
PRICE = Decimal("0.038")
SYNCHRONOUS = False
SUBMIT_PATH = "/api/v1/job/create"
POLL_METHOD = "GET"
POLL_PATH = "/api/v1/job/query"
TICKET_PARAM = "id"

MODEL = "bytedance/seedream-4.5/edit"
RATIOS = ("1:1", "9:16", "16:9", "4:3", "3:4", "3:2", "2:3", "21:9")
MAX_IMAGES = 10
MAX_OUTPUTS = 6
FIELDS = {"model", "args", "callback_url"}
ARGS = {"prompt", "image_urls", "aspect_ratio", "num_images"}

CODES = {
    Refused.KEY: (401, 401),
    Refused.CREDIT: (402, 402),
    Refused.RATE: (429, 429),
    Refused.INVALID: (200, 1001),
    Refused.CONTENT: (200, 1002),
    Refused.IMAGE: (200, 1003),
    Refused.NO_SUCH_JOB: (200, 1004),
}
STATUSES = {JobState.RUNNING: 1, JobState.DONE: 2, JobState.FAILED: 3}


def check_key(headers: Mapping[str, str]) -> None:
    """Refuse a request without a bearer key; any key will do."""
    scheme, _, key = headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key.strip():
        raise Refusal(Refused.KEY, "missing or invalid api key")


def read_order(body: object) -> Order:
    """Read a create request, strictly: nothing the page does not name, nothing outside its limits."""
    if not isinstance(body, dict) or not isinstance(args := body.get("args"), dict):
        raise Refusal(Refused.INVALID, "body must be an object with model and args")
    _only(body, FIELDS)
    _only(args, ARGS)
    if body.get("model") != MODEL:
        raise Refusal(Refused.INVALID, "invalid model")
    match body.get("callback_url", ""), args.get("num_images", 1):
        case str(callback_url), int(n) if not isinstance(n, bool) and 1 <= n <= MAX_OUTPUTS:
            pass
        case _:
            raise Refusal(Refused.INVALID, f"callback_url must be a string and num_images 1 to {MAX_OUTPUTS}")
    match args:
        case {"prompt": str(prompt), "image_urls": [*images], "aspect_ratio": str(ratio)} if prompt.strip():
            pass
        case _:
            raise Refusal(Refused.INVALID, "prompt, image_urls and aspect_ratio are required")
    if ratio not in RATIOS:
        raise Refusal(Refused.INVALID, "unsupported aspect_ratio")
    if not 1 <= len(images) <= MAX_IMAGES or not all(isinstance(url, str) and url for url in images):
        raise Refusal(Refused.INVALID, f"image_urls takes 1 to {MAX_IMAGES} URLs")
    return Order(prompt=prompt, images=tuple(images), ratio=ratio, n=n, callback_url=callback_url)


def accepted(job: Job) -> Reply:
    """Answer a create request that was taken."""
    return Reply({"code": 0, "data": {"amount": str(job.amount), "job_id": job.id}})


def refused(refusal: Refusal) -> Reply:
    """Answer a request that was not."""
    status, code = CODES[refusal.why]
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
    return Reply({"code": code, "info": refusal.message}, status=status, headers=headers)


def progress(job: Job) -> Reply:
    """Answer a query; a failed job says why in `error`, as clients read it."""
    data: dict[str, object] = {"id": job.id, "status": STATUSES[job.state], "refunded": job.state is JobState.FAILED}
    if job.state is JobState.DONE:
        data["result"] = {"images": [{"url": url} for url in job.urls]}
    elif job.state is JobState.FAILED:
        data["error"] = job.error
    return Reply({"code": 0, "data": data})


def callback(job: Job) -> Mapping[str, object]:
    """Give the body posted to the callback URL: the query's answer, with the id by both its names."""
    answer = progress(job).json
    return {**answer, "data": {**_object(answer["data"]), "job_id": job.id}}


def _only(given: Mapping[str, object], known: set[str]) -> None:
    if unknown := sorted(set(given) - known):
        raise Refusal(Refused.INVALID, f"unknown field {unknown[0]}")


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
