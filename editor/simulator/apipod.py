"""APIPod's dialect as its documentation describes it (github.com/apipodai/docs, read 2026-11).

Its price is unknown; four cents are what the model costs elsewhere.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from editor.simulator import asked, upstream
from editor.simulator.habits import Habits
from editor.simulator.orders import Job, JobState, Order, Refusal, Refused, Reply

NAME = "apipod"
PRICE = Decimal("0.04")
HABITS = Habits(keeps_keys=True, callback_tries=5, agent="APIPod-Callback/1.0")
SYNCHRONOUS = False
SUBMIT_PATH = "/v1/images/generations"
POLL_METHOD = "GET"
POLL_PATH = "/v1/images/status/{task_id}"
TICKET_PARAM = "task_id"

MODEL = "seedream-v4.5-edit"
MOST_CHARACTERS = 4000
FIELDS = {"model", "prompt", "image_urls", "aspect_ratio", "quality", "callback_url"}
QUALITIES = {"2K": "2K", "4K": "4K"}
RATIOS = {ratio: ratio for ratio in asked.RATIOS}

ERRORS = {
    Refused.KEY: (401, "invalid_request_error", "invalid_api_key"),
    Refused.CREDIT: (402, "insufficient_quota", "insufficient_quota"),
    Refused.RATE: (429, "rate_limit_error", "rate_limit_exceeded"),
    Refused.INVALID: (400, "invalid_request_error", "invalid_request"),
    Refused.CONTENT: (400, "invalid_request_error", "content_policy_violation"),
    Refused.IMAGE: (400, "invalid_request_error", "invalid_request"),
    Refused.NO_SUCH_JOB: (404, "invalid_request_error", "task_not_found"),
    Refused.KEY_BUSY: (409, "conflict_error", "idempotency_in_progress"),
    Refused.KEY_TAKEN: (409, "conflict_error", "idempotency_conflict"),
}
STATUSES = {JobState.RUNNING: "processing", JobState.DONE: "completed", JobState.FAILED: "failed"}
FAILURES = {Refused.CONTENT: "CONTENT_POLICY_VIOLATION", Refused.IMAGE: "IMAGE_FETCH_FAILED"}


def check_key(headers: Mapping[str, str]) -> None:
    """Refuse a request without a bearer key; any key will do."""
    asked.bearer(headers, "Authentication required. Please provide a valid API key or sign in.")


def read_order(body: object) -> Order:
    """Read a request, strictly: nothing the page does not name, nothing outside its limits."""
    given = upstream.opened(body)
    upstream.only(given, FIELDS)
    if given.get("model") != MODEL:
        raise Refusal(Refused.INVALID, "model must be seedream-v4.5-edit")
    return Order(
        prompt=asked.prompt(given, MOST_CHARACTERS),
        images=asked.images(given),
        ratio=asked.choice(given, "aspect_ratio", RATIOS, "1:1"),
        resolution=asked.choice(given, "quality", QUALITIES, "2K"),
        callback_url=asked.address(given, "callback_url"),
    )


def accepted(job: Job) -> Reply:
    """Answer a request that was taken; a replay gets the same."""
    headers = {"X-Request-ID": f"req_{job.id}", "X-Request-Cost": str(job.amount)}
    return Reply({"code": 200, "message": "success", "data": {"task_id": job.id}}, headers=headers)


def refused(refusal: Refusal) -> Reply:
    """Answer a request that was not: in OpenAI's shape when the key is no good, in APIPod's own otherwise."""
    status, kind, code = ERRORS[refusal.why]
    wait = refusal.retry_after or ("1" if refusal.why is Refused.KEY_BUSY else "")
    headers = {"Retry-After": wait} if wait else {}
    if refusal.why is Refused.KEY:
        error = {"message": refusal.message, "type": kind, "code": code}
        return Reply({"error": error}, status=status, headers=headers)
    data = {"type": kind, "error_code": code}
    return Reply({"code": status, "message": refusal.message, "data": data}, status=status, headers=headers)


def progress(job: Job) -> Reply:
    """Answer a status query; its times are seconds, its error is `error_message`."""
    data: dict[str, object] = {"task_id": job.id, "status": STATUSES[job.state]}
    if job.state is JobState.DONE:
        data |= {"progress": 100, "result": job.urls, "usage": {"cost": float(job.amount)}}
    elif job.state is JobState.FAILED:
        data |= {"error_code": _failure(job), "error_message": job.error}
    if job.ended_at:
        data["completed_at"] = round(job.ended_at.timestamp())
    return Reply({"code": 200, "message": "success", "data": data})


def callback(job: Job) -> Mapping[str, object]:
    """Give the body posted to the callback URL; its times are RFC 3339, its error is `error`."""
    body: dict[str, object] = {"task_id": job.id, "request_id": f"req_{job.id}", "status": STATUSES[job.state]}
    if job.state is JobState.DONE:
        body |= {"result": job.urls, "usage": {"cost": float(job.amount)}}
    else:
        body |= {"error": job.error, "error_code": _failure(job)}
    return body | {"created_at": _rfc3339(job.made_at), "completed_at": _rfc3339(job.ended_at or job.made_at)}


def _failure(job: Job) -> str:
    return FAILURES.get(job.why, "UPSTREAM_CAPACITY_EXHAUSTED")


def _rfc3339(time: datetime) -> str:
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")
