"""The desk of one simulated provider: its jobs, the faults ordered from it, and the count of all it was asked."""

import secrets
from collections import Counter
from decimal import Decimal

from editor.simulator.fault_book import FaultBook
from editor.simulator.faults import Stage
from editor.simulator.habits import Gate, Habits
from editor.simulator.orders import Job, JobState, Order, Refusal, Refused

NO_HABITS = Habits()


class Desk:
    """Takes orders, remembers them, and can say what it would have billed. Lives in memory, in one event loop."""

    def __init__(self, price: Decimal, habits: Habits = NO_HABITS) -> None:
        self.price = price
        self.habits = habits
        self.clear()

    def clear(self) -> None:
        """Forget every job, count and fault."""
        self.jobs: dict[str, Job] = {}
        self.keys: dict[str, Job] = {}
        self.busy_keys: set[str] = set()
        self.gate = Gate(self.habits.new_orders)
        self.faults = FaultBook()
        self.asked: Counter[str] = Counter()
        self.posts_by_key: Counter[str] = Counter()

    def count_post(self, key: str) -> None:
        """Count a paid request, whatever comes of it, and under its idempotency key if it has one."""
        self.asked["posts"] += 1
        if key:
            self.posts_by_key[key] += 1

    def answered(self, key: str, payload_sha256: str) -> Job | None:
        """Give the job that was made under an idempotency key, None when none was; raises Refusal."""
        if key in self.busy_keys:
            raise Refusal(Refused.KEY_BUSY, "the first request with this idempotency key is still being processed")
        job = self.keys.get(key)
        if job and job.payload_sha256 != payload_sha256:
            raise Refusal(Refused.KEY_TAKEN, "this idempotency key was used with a different request body")
        return job

    def remember(self, job: Job) -> None:
        """Take a job into the books."""
        self.jobs[job.id] = job
        if job.key:
            self.keys[job.key] = job

    def take(self, order: Order, *, origin: str, payload_sha256: str, key: str = "") -> Job:
        """Make a job of an order: from here on it is billed, whatever is answered."""
        price = self.faults.take(Stage.PRICE)
        image_price = Decimal(price.options.get("amount", "0.05")) if price else self.price
        struck = [self.faults.take(stage) for stage in (Stage.JOB, Stage.RESULT, Stage.CALLBACK, Stage.BILL)]
        job = Job(
            id="sim-" + secrets.token_hex(12),
            order=order,
            origin=origin,
            payload_sha256=payload_sha256,
            amount=image_price * order.n,
            faults={fault.name: fault.options for fault in struck if fault},
            key=key,
            number=len(self.jobs) + 1,
        )
        self.remember(job)
        return job

    def job(self, ticket: str) -> Job:
        """Find a job; raises Refusal."""
        if ticket not in self.jobs:
            raise Refusal(Refused.NO_SUCH_JOB, "job not found")
        return self.jobs[ticket]

    def before(self, job: Job) -> Job:
        """Give the job that was made before one, itself if it is the first."""
        return max((other for other in self.jobs.values() if other.number < job.number), key=_number, default=job)

    def counts(self) -> dict[str, object]:
        """Say what was asked and made; `billed_usd` is for every job but the failed ones, which are refunded."""
        jobs = self.jobs.values()
        states = Counter(job.state for job in jobs)
        return {
            "posts": self.asked["posts"],
            "refused": self.asked["refused"],
            "replays": self.asked["replays"],
            "polls": self.asked["polls"],
            "callbacks": self.asked["callbacks"],
            "fetched_images": self.asked["fetched_images"],
            "jobs": len(self.jobs),
            "running": states[JobState.RUNNING],
            "done": states[JobState.DONE],
            "failed": states[JobState.FAILED],
            "billed_usd": str(sum((job.amount for job in jobs if job.state is not JobState.FAILED), Decimal(0))),
            "job_ids": list(self.jobs),
            "jobs_by_payload": dict(Counter(job.payload_sha256 for job in jobs)),
            "posts_by_key": dict(self.posts_by_key),
            "jobs_by_key": dict(Counter(job.key for job in jobs if job.key)),
            "jobs_by_prompt": dict(Counter(job.order.prompt for job in jobs)),
            "faults_waiting": [
                {"fault": fault.name, "times": fault.times, "options": dict(fault.options)}
                for fault in self.faults.waiting
            ],
        }


def _number(job: Job) -> int:
    return job.number
