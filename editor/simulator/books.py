"""The books that a provider keeps: a line for each charge and each refund, wrong where a fault of its bill says so."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from editor.simulator.desk import Desk
from editor.simulator.dialects import DIALECTS
from editor.simulator.faults import FAULTS, Stage
from editor.simulator.orders import Job, JobState

WRONG = {"missing_picture", *(name for name, fault in FAULTS.items() if fault.stage is Stage.BILL)}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement: `usd` is negative for what is given back, `ticket` the provider's own id of the job."""

    id: str
    at: datetime
    ticket: str
    client_id: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class BillingError:
    """What a fault did to the books: `usd` is what is charged beyond what is owed, or less where it is negative."""

    fault: str
    ticket: str
    client_id: str
    usd: Decimal


def lines(provider: str, desk: Desk) -> list[Line]:
    """Give every line of a provider's books, the oldest first.

    Who takes a job to do it later charges then, and gives back what fails; who answers when it is done charges then.
    """
    in_advance = not DIALECTS[provider].SYNCHRONOUS
    found = [line for job in desk.jobs.values() for line in _lines_of(job, in_advance=in_advance)]
    return sorted(found, key=lambda line: line.at)


def _lines_of(job: Job, *, in_advance: bool) -> Iterator[Line]:
    at = job.made_at if in_advance else job.ended_at
    given_back = job.state is JobState.FAILED and "keep_charge" not in job.faults
    if at is None or "leave_out" in job.faults or (given_back and not in_advance):
        return
    usd = _price(job)
    yield Line(f"{job.id}-charge", at, job.id, job.client_id, usd)
    if "charge_twice" in job.faults:
        yield Line(f"{job.id}-again", at, job.id, job.client_id, usd)
    if "charge_stranger" in job.faults:
        yield Line(f"{job.id}-other", at, _stranger(job), "", job.amount)
    if given_back and job.ended_at:
        yield Line(f"{job.id}-back", job.ended_at, job.id, job.client_id, -usd)


def errors(jobs: Iterable[Job]) -> list[BillingError]:
    """Say what is wrong in the books, in the order of the jobs; a picture that was missing is charged too."""
    return [_error(name, job) for job in jobs for name in job.faults if name in WRONG]


def _error(fault: str, job: Job) -> BillingError:
    match fault:
        case "missing_picture":
            return BillingError(fault, job.id, job.client_id, job.amount / job.order.n)
        case "over_charge":
            return BillingError(fault, job.id, job.client_id, _price(job) - job.amount)
        case "leave_out":
            return BillingError(fault, job.id, job.client_id, -job.amount)
        case "charge_stranger":
            return BillingError(fault, _stranger(job), "", job.amount)
        case _:
            return BillingError(fault, job.id, job.client_id, _price(job))


def _price(job: Job) -> Decimal:
    more = job.faults.get("over_charge")
    return Decimal(more["amount"]) * job.order.n if more else job.amount


def _stranger(job: Job) -> str:
    """Name a job that nobody ordered, always the same beside one job."""
    return "sim-" + hashlib.sha256(job.id.encode()).hexdigest()[:24]
