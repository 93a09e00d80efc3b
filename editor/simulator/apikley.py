"""Apikley's dialect as its page describes it, and kie.ai's where it is silent (read 2026-11).

Every refusal comes as HTTP 200 with the code in the envelope, which is what kie's clients guard against. Its price is
unknown: 6.5 credits of half a cent are a recollection.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from editor.simulator import asked, upstream
from editor.simulator.habits import Habits
from editor.simulator.orders import Job, JobState, Order, Refusal, Refused, Reply

NAME = "apikley"
PRICE = Decimal("0.0325")
CREDIT = Decimal("0.005")
HABITS = Habits(new_orders=(20, 10.0))
SYNCHRONOUS = False
SUBMIT_PATH = "/api/v1/jobs/createTask"
POLL_METHOD = "GET"
POLL_PATH = "/api/v1/jobs/recordInfo"
TICKET_PARAM = "taskId"

MODEL = "seedream/4.5-edit"
MOST_CHARACTERS = 3000
FIELDS = {"model", "callBackUrl", "input"}
INPUT = {"prompt", "image_urls", "aspect_ratio", "quality"}
QUALITIES = {"basic": "2K", "high": "4K"}
RATIOS = {ratio: ratio for ratio in asked.RATIOS}

CODES = {
    Refused.KEY: 401,
    Refused.CREDIT: 402,
    Refused.RATE: 429,
    Refused.INVALID: 422,
    Refused.CONTENT: 422,
    Refused.IMAGE: 422,
    Refused.NO_SUCH_JOB: 422,
}
# A running task goes through three states, as far as its age in seconds tells.
RUNNING = ((0.2, "waiting"), (0.5, "queuing"))


def check_key(headers: Mapping[str, str]) -> None:
    """Refuse a request without a bearer key; any key will do."""
    asked.bearer(headers, "You do not have access permissions")


def read_order(body: object) -> Order:
    """Read a createTask request, strictly: nothing the page does not name, nothing outside its limits."""
    given = upstream.opened(body)
    upstream.only(given, FIELDS)
    if given.get("model") != MODEL:
        raise Refusal(Refused.INVALID, "The model name you specified is not supported")
    task = upstream.opened(given.get("input"))
    upstream.only(task, INPUT)
    return Order(
        prompt=asked.prompt(task, MOST_CHARACTERS),
        images=asked.images(task),
        ratio=asked.choice(task, "aspect_ratio", RATIOS),
        resolution=asked.choice(task, "quality", QUALITIES),
        callback_url=asked.address(given, "callBackUrl"),
    )


def accepted(job: Job) -> Reply:
    """Answer a createTask request that was taken."""
    return Reply({"code": 200, "msg": "success", "data": {"taskId": job.id}})


def refused(refusal: Refusal) -> Reply:
    """Answer a request that was not."""
    message = "recordInfo is null" if refusal.why is Refused.NO_SUCH_JOB else refusal.message
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
    return Reply({"code": CODES[refusal.why], "msg": message, "data": None}, headers=headers)


def progress(job: Job) -> Reply:
    """Answer recordInfo, whose text is `message` where createTask's is `msg`."""
    return Reply({"code": 200, "message": "success", "data": _record(job)})


def callback(job: Job) -> Mapping[str, object]:
    """Give the body posted to the callback URL: the record, under a code that tells how it went."""
    if job.state is JobState.FAILED:
        return {"code": 501, "msg": "Playground task failed.", "data": _record(job)}
    return {"code": 200, "msg": "Playground task completed successfully.", "data": _record(job)}


def _record(job: Job) -> dict[str, object]:
    order, end = job.order, job.ended_at
    task = {"prompt": order.prompt, "image_urls": order.images, "aspect_ratio": order.ratio}
    record: dict[str, object] = {
        "taskId": job.id,
        "model": MODEL,
        "state": _state(job),
        "param": json.dumps({"model": MODEL, "callBackUrl": order.callback_url, "input": json.dumps(task)}),
        "resultJson": json.dumps({"resultUrls": job.urls}) if job.state is JobState.DONE else None,
        "failCode": "501" if job.state is JobState.FAILED else "",
        "failMsg": job.error,
        "createTime": _milliseconds(job.made_at),
        "updateTime": _milliseconds(end or job.made_at),
    }
    if end:
        record |= {"completeTime": _milliseconds(end), "costTime": _milliseconds(end) - _milliseconds(job.made_at)}
    if job.state is JobState.DONE:
        record["creditsConsumed"] = float(job.amount / CREDIT)
    return record


def _state(job: Job) -> str:
    if job.state is not JobState.RUNNING:
        return "success" if job.state is JobState.DONE else "fail"
    age = (datetime.now(UTC) - job.made_at).total_seconds()
    return next((word for until, word in RUNNING if age < until), "generating")


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
