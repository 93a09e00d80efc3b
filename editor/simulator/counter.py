"""The counter where paid requests and polls come in: read, let the ordered fault strike, answer."""

import asyncio
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from aiohttp import web

from editor.simulator import answers, results
from editor.simulator.desk import Desk
from editor.simulator.dialects import Dialect
from editor.simulator.fault_book import Ordered
from editor.simulator.faults import Stage
from editor.simulator.orders import Job, JobState, Refusal, Refused, Reply
from editor.simulator.studio import Studio

REFUSALS = {
    "reject": (Refused.INVALID, "the simulator was told to refuse this"),
    "rate_limit": (Refused.RATE, "too many requests"),
    "out_of_credit": (Refused.CREDIT, "insufficient balance"),
    "bad_key": (Refused.KEY, "invalid api key"),
    "content_refused": (Refused.CONTENT, "the prompt was blocked by content moderation"),
    "image_unfetchable": (Refused.IMAGE, "failed to fetch image 0: timed out"),
    "poll_rate_limit": (Refused.RATE, "too many requests"),
    "poll_not_found": (Refused.NO_SUCH_JOB, "job not found"),
}
BEFORE_THE_KEYS = {Refused.KEY, Refused.CREDIT, Refused.RATE}  # checked of the caller; the rest are of the order
LONGEST_KEY = 255


class Counter:
    """One provider's counter: its dialect, its desk, the studio behind them."""

    def __init__(self, dialect: Dialect, desk: Desk, studio: Studio) -> None:
        self.dialect = dialect
        self.desk = desk
        self.studio = studio

    def routes(self) -> list[web.RouteDef]:
        """Give the provider's own paths, below its name."""
        root = f"/{self.dialect.NAME}"
        routes = [
            web.post(root + self.dialect.SUBMIT_PATH, self.submit),
            web.get(root + "/results/{name}", self.result),
        ]
        if self.dialect.POLL_PATH:
            routes.append(web.route(self.dialect.POLL_METHOD, root + self.dialect.POLL_PATH, self.poll))
        return routes

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """Take a paid request. An ordered refusal comes first; a job is made before any other fault strikes."""
        key = request.headers.get("Idempotency-Key", "") if self.desk.habits.keeps_keys else ""
        self.desk.count_post(key)
        body = await request.read()
        fault = self.desk.faults.take(Stage.SUBMIT)
        if fault and fault.name == "drop":
            return answers.cut(request)
        try:
            job, is_new = self._job(request, body, key, fault)
        except Refusal as refusal:
            self.desk.asked["refused"] += 1
            return answers.send(self.dialect.refused(refusal))
        with self._busy(key):
            if is_new:
                await self._wait(job, self.studio.start(job, desk=self.desk, dialect=self.dialect))
            named = self.desk.before(job) if is_new and "another_id" in job.faults else job
            return await answers.answer(request, self._accepted(named, is_new=is_new), fault)

    def _job(self, request: web.Request, body: bytes, key: str, fault: Ordered | None) -> tuple[Job, bool]:
        """Give the job of a paid request and whether it is a new one; raises Refusal.

        Who asks is checked first, then what its key already made, and only of a new order what is ordered.
        """
        ordered = _refusal(fault) if fault and fault.name in REFUSALS else None
        if ordered and ordered.why in BEFORE_THE_KEYS:
            raise ordered
        self.dialect.check_key(request.headers)
        if len(key) > LONGEST_KEY:
            raise Refusal(Refused.INVALID, f"the idempotency key is longer than {LONGEST_KEY} characters")
        digest = hashlib.sha256(body).hexdigest()
        if known := self.desk.answered(key, digest):
            self.desk.asked["replays"] += 1
            return known, False
        if self.studio.profile.limits:
            self.desk.gate.enter(time.monotonic())
        if ordered:
            raise ordered
        order = self.dialect.read_order(_json(body))
        origin = f"{request.url.origin()}/{self.dialect.NAME}/results/"
        job = self.desk.take(order, origin=origin, payload_sha256=digest, key=key)
        job.client_id = request.headers.get("X-Client-Request-Id", "")
        return job, True

    @contextmanager
    def _busy(self, key: str) -> Iterator[None]:
        """Hold a key as long as its request is being answered."""
        if key:
            self.desk.busy_keys.add(key)
        try:
            yield
        finally:
            self.desk.busy_keys.discard(key)

    def _accepted(self, job: Job, *, is_new: bool) -> Reply:
        reply = self.dialect.accepted(job)
        return reply if is_new else replace(reply, headers={**reply.headers, "X-Idempotent-Replay": "true"})

    async def poll(self, request: web.Request) -> web.StreamResponse:
        """Say how a job is doing."""
        self.desk.asked["polls"] += 1
        fault = self.desk.faults.take(Stage.POLL)
        try:
            if fault and fault.name in REFUSALS:
                raise _refusal(fault)
            self.dialect.check_key(request.headers)
            job = self.desk.job(await self._ticket(request))
        except Refusal as refusal:
            return answers.send(self.dialect.refused(refusal))
        return await answers.answer(request, self.dialect.progress(self._as_told(job, fault)), fault)

    async def _wait(self, job: Job, work: "asyncio.Task[None]") -> None:
        """Wait for the job where the answer does; one that never ends is never answered."""
        named = self.dialect.POLL_PATH and "job_set" in job.faults
        if self.dialect.SYNCHRONOUS and not named:
            await asyncio.wait([work])
            if job.state is JobState.RUNNING:
                await asyncio.Event().wait()
            if job.order.inline or "inline_result" in job.faults:
                pictures = (self.studio.picture(job, index) for index in range(len(job.results)))
                job.inline = [picture for picture in pictures if picture]
        elif "callback_before_answer" in job.faults:
            await asyncio.wait([work])

    async def _ticket(self, request: web.Request) -> str:
        name = self.dialect.TICKET_PARAM
        body = _json(await request.read()) if request.can_read_body else None
        places = (request.match_info, request.query, body if isinstance(body, dict) else {})
        return next((str(place[name]) for place in places if name in place), "")

    def _as_told(self, job: Job, fault: Ordered | None) -> Job:
        """Give the job as a poll is to tell it."""
        match fault.name if fault else "":
            case "poll_another_id":
                return self.desk.before(job)
            case "poll_running":
                return replace(job, state=JobState.RUNNING, ended_at=None)
            case "poll_no_picture":
                return replace(job, state=JobState.DONE, results=[])
        return job

    async def result(self, request: web.Request) -> web.StreamResponse:
        """Give a finished picture."""
        job_id, _, index = request.match_info["name"].removesuffix(".jpg").rpartition("-")
        job = self.desk.jobs.get(job_id)
        picture = self.studio.picture(job, int(index)) if job and index.isdecimal() else None
        if job is None or picture is None:
            raise web.HTTPNotFound
        return await results.give(request, picture, job.faults)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(Refused.INVALID, "body is not JSON") from error


def _refusal(fault: Ordered) -> Refusal:
    why, message = REFUSALS[fault.name]
    return Refusal(why, fault.options.get("message", message), retry_after=fault.options.get("retry_after", ""))
