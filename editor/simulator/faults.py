"""The faults a driver can order, in one table, and the book in which the ordered ones wait for their turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Stage(StrEnum):
    """Where a fault strikes. A paid POST takes the next waiting fault of every stage but `poll`."""

    SUBMIT = "submit"
    PRICE = "price"
    JOB = "job"
    CALLBACK = "callback"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the table: `takes_order` tells whether a job (and its price) stands behind the faulty answer."""

    stage: Stage
    says: str
    takes_order: bool = True


FAULTS: dict[str, Fault] = {
    "accept_then_drop": Fault(Stage.SUBMIT, "does or takes the job, then cuts the connection without a byte of answer"),
    "hang": Fault(Stage.SUBMIT, "takes the job and never answers, not even when it is done"),
    "drip": Fault(Stage.SUBMIT, "takes the job and answers a byte every half second"),
    "html_200": Fault(Stage.SUBMIT, "takes the job and answers 200 with a web page"),
    "empty_200": Fault(Stage.SUBMIT, "takes the job and answers 200 with {}"),
    "error_500": Fault(Stage.SUBMIT, "takes the job and answers 500 all the same"),
    "in_progress": Fault(Stage.SUBMIT, "takes the job and answers 409, as if its key were still being worked on"),
    "drop": Fault(Stage.SUBMIT, "cuts the connection and takes nothing", takes_order=False),
    "reject": Fault(Stage.SUBMIT, "refuses in the dialect's way", takes_order=False),
    "rate_limit": Fault(Stage.SUBMIT, "429; option retry_after is sent as it is given", takes_order=False),
    "out_of_credit": Fault(Stage.SUBMIT, "402: our account is empty", takes_order=False),
    "bad_key": Fault(Stage.SUBMIT, "401: our key is no good", takes_order=False),
    "content_refused": Fault(Stage.SUBMIT, "refuses the prompt by moderation", takes_order=False),
    "image_unfetchable": Fault(Stage.SUBMIT, "says it could not fetch our picture", takes_order=False),
    "price_change": Fault(Stage.PRICE, "charges and reports option amount (USD for one image) instead of the price"),
    "never_finish": Fault(Stage.JOB, "the job runs for ever"),
    "fail_job": Fault(Stage.JOB, "the job fails and is refunded"),
    "fail_content": Fault(Stage.JOB, "the job fails by moderation and is refunded"),
    "missing_picture": Fault(Stage.JOB, "delivers one picture less than ordered"),
    "no_result_url": Fault(Stage.JOB, "says done and names no picture"),
    "dead_result_url": Fault(Stage.JOB, "the result URL answers 404"),
    "wrong_result": Fault(Stage.JOB, "the result is a text that calls itself a JPEG"),
    "inline_result": Fault(Stage.JOB, "a synchronous provider gives base64 in its reply, whatever was asked for"),
    "job_set": Fault(Stage.JOB, "a synchronous provider that can be polled names a job instead of waiting for it"),
    "callback_before_answer": Fault(Stage.CALLBACK, "finishes and calls back before it answers the POST"),
    "callback_five_times": Fault(Stage.CALLBACK, "calls back five times"),
    "no_callback": Fault(Stage.CALLBACK, "never calls back"),
    "forged_callback": Fault(Stage.CALLBACK, "a stranger calls back at once, naming a job that is not ours"),
    "poll_error_500": Fault(Stage.POLL, "the poll is answered 500"),
    "poll_html": Fault(Stage.POLL, "the poll is answered 200 with a web page"),
    "poll_not_found": Fault(Stage.POLL, "the poll is answered as if there were no such job, as right after the POST"),
    "poll_rate_limit": Fault(Stage.POLL, "the poll is answered 429; option retry_after"),
    "poll_hang": Fault(Stage.POLL, "the poll is never answered"),
}


@dataclass(slots=True)
class Ordered:
    """A fault that waits for its turn; `times` None means until reset."""

    name: str
    times: int | None = 1
    options: Mapping[str, str] = field(default_factory=dict)


class FaultBook:
    """The faults ordered from one provider, first come first served within a stage."""

    def __init__(self) -> None:
        self.waiting: list[Ordered] = []

    def order(self, fault: Ordered) -> None:
        """Add a fault; the caller has checked its name."""
        self.waiting.append(fault)

    def take(self, stage: Stage) -> Ordered | None:
        """Give the fault that strikes now at this stage, if one does, and count it down."""
        for fault in self.waiting:
            if FAULTS[fault.name].stage is stage:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.waiting.remove(fault)
                return fault
        return None
