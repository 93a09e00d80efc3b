"""The desk of one simulated provider: its jobs, the faults ordered from it, and the count of all it was asked."""

import secrets
from collections import Counter
from decimal import Decimal

from editor.simulator.faults import FaultBook, Stage
from editor.simulator.orders import Job, JobState, Order, Refusal, Refused


class Desk:
    """Takes orders, remembers them, and can say what it would have billed. Lives in memory, in one event loop."""

    def __init__(self, price: Decimal) -> None:
        self.price = price
        self.clear()

    def clear(self) -> None:
        """Forget every job, count and fault."""
        self.jobs: dict[str, Job] = {}
        self.faults = FaultBook()
        self.asked: Counter[str] = Counter()

    def take(self, order: Order, *, origin: str, payload_sha256: str) -> Job:
        """Make a job of an order: from here on it is billed, whatever is answered."""
        price = self.faults.take(Stage.PRICE)
        image_price = Decimal(price.options.get("amount", "0.05")) if price else self.price
        struck = [self.faults.take(Stage.JOB), self.faults.take(Stage.CALLBACK)]
        job = Job(
            id="sim-" + secrets.token_hex(12),
            order=order,
            origin=origin,
            payload_sha256=payload_sha256,
            amount=image_price * order.n,
            faults={fault.name: fault.options for fault in struck if fault},
        )
        self.jobs[job.id] = job
        return job

    def job(self, ticket: str) -> Job:
        """Find a job; raises Refusal."""
        if ticket not in self.jobs:
            raise Refusal(Refused.NO_SUCH_JOB, "job not found")
        return self.jobs[ticket]

    def counts(self) -> dict[str, object]:
        """Say what was asked and made; `billed_usd` is for every job but the failed ones, which are refunded."""
        jobs = self.jobs.values()
        states = Counter(job.state for job in jobs)
        return {
            "posts": self.asked["posts"],
            "refused": self.asked["refused"],
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
            "jobs_by_prompt": dict(Counter(job.order.prompt for job in jobs)),
            "faults_waiting": [
                {"fault": fault.name, "times": fault.times, "options": dict(fault.options)}
                for fault in self.faults.waiting
            ],
        }
