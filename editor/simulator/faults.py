"""The faults a driver can order, in one table."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a fault strikes. A paid POST takes the next waiting fault of every stage but `poll`."""

    SUBMIT = "submit"
    PRICE = "price"
    JOB = "job"
    RESULT = "result"
    CALLBACK = "callback"
    POLL = "poll"
    BILL = "bill"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the table: `takes_order` tells whether a job (and its price) stands behind the faulty answer.

    `options` are the names of what can be said with it, all of them texts.
    """

    stage: Stage
    says: str
    takes_order: bool = True
    options: tuple[str, ...] = ()


SUBMIT, PRICE, JOB, RESULT, CALLBACK, POLL, BILL = Stage
REFUSAL = ("message", "retry_after")

FAULTS: dict[str, Fault] = {
    "accept_then_drop": Fault(SUBMIT, "does or takes the job, then cuts the connection without a byte of answer"),
    "hang": Fault(SUBMIT, "takes the job and never answers, not even when it is done"),
    "drip": Fault(SUBMIT, "takes the job and answers a byte every half second"),
    "html_200": Fault(SUBMIT, "takes the job and answers 200 with a web page"),
    "empty_200": Fault(SUBMIT, "takes the job and answers 200 with {}"),
    "error_200": Fault(SUBMIT, "takes the job and answers 200 with an error object that gives no reason"),
    "cut_json": Fault(SUBMIT, "takes the job and answers 200 with the first half of its JSON"),
    "wrong_types": Fault(SUBMIT, "takes the job and answers 200 with every value in a list of its own"),
    "gzip_bomb": Fault(SUBMIT, "takes the job and answers 200 with gzip that opens to 4 GiB of JSON"),
    "huge_reply": Fault(SUBMIT, "takes the job and answers 200 with 2 GB of JSON, as its Content-Length says"),
    "header_flood": Fault(SUBMIT, "takes the job and answers with 20 MB of headers"),
    "redirect": Fault(SUBMIT, "takes the job and answers 302, to an address inside a data centre"),
    "error_500": Fault(SUBMIT, "takes the job and answers 500 all the same"),
    "in_progress": Fault(SUBMIT, "takes the job and answers 409, as if its key were still being worked on"),
    "drop": Fault(SUBMIT, "cuts the connection and takes nothing", takes_order=False),
    "reject": Fault(SUBMIT, "refuses in the dialect's way", takes_order=False, options=REFUSAL),
    "rate_limit": Fault(SUBMIT, "429; retry_after is sent as it is given", takes_order=False, options=REFUSAL),
    "out_of_credit": Fault(SUBMIT, "402: our account is empty", takes_order=False, options=REFUSAL),
    "bad_key": Fault(SUBMIT, "401: our key is no good", takes_order=False, options=REFUSAL),
    "content_refused": Fault(SUBMIT, "refuses the prompt by moderation", takes_order=False, options=REFUSAL),
    "image_unfetchable": Fault(SUBMIT, "says it could not fetch our picture", takes_order=False, options=REFUSAL),
    "price_change": Fault(PRICE, "charges and reports amount (USD for one image)", options=("amount",)),
    "never_finish": Fault(JOB, "the job runs for ever"),
    "fail_job": Fault(JOB, "the job fails and is refunded"),
    "fail_content": Fault(JOB, "the job fails by moderation and is refunded"),
    "missing_picture": Fault(JOB, "delivers one picture less than ordered"),
    "many_pictures": Fault(JOB, "names fifty pictures, however many were ordered"),
    "no_result_url": Fault(JOB, "says done and names no picture"),
    "another_id": Fault(JOB, "answers the POST with the job that was made before this one"),
    "inline_result": Fault(JOB, "a synchronous provider gives base64 in its reply, whatever was asked for"),
    "job_set": Fault(JOB, "a synchronous provider that can be polled names a job instead of waiting for it"),
    "dead_result_url": Fault(RESULT, "the result URL answers 404"),
    "expired_result_url": Fault(RESULT, "the result URL answers 403"),
    "redirected_result": Fault(RESULT, "the result URL leads to an address inside a data centre"),
    "foreign_result_url": Fault(RESULT, "the result URL is url: file:, data:, an inside address …", options=("url",)),
    "wrong_result": Fault(RESULT, "the result is a text that calls itself a JPEG"),
    "empty_result": Fault(RESULT, "the result has no bytes"),
    "speck_result": Fault(RESULT, "the result has one pixel, or side × side", options=("side",)),
    "wrong_shape_result": Fault(RESULT, "the result is three times as wide as high, whatever was asked for"),
    "animated_result": Fault(RESULT, "the result is an animation"),
    "huge_result": Fault(RESULT, "the result has 200 MB"),
    "drip_result": Fault(RESULT, "the result comes a byte every half second"),
    "callback_before_answer": Fault(CALLBACK, "finishes and calls back before it answers the POST"),
    "callback_five_times": Fault(CALLBACK, "calls back five times"),
    "callback_says_done": Fault(CALLBACK, "calls back that all is done, however the job ended"),
    "no_callback": Fault(CALLBACK, "never calls back"),
    "forged_callback": Fault(CALLBACK, "a stranger calls back at once, naming a job that is not ours"),
    "poll_error_500": Fault(POLL, "the poll is answered 500"),
    "poll_html": Fault(POLL, "the poll is answered 200 with a web page"),
    "poll_not_found": Fault(POLL, "the poll is answered as if there were no such job, as right after the POST"),
    "poll_rate_limit": Fault(POLL, "the poll is answered 429", options=REFUSAL),
    "poll_running": Fault(POLL, "the poll says that the job runs, whatever it said before"),
    "poll_no_picture": Fault(POLL, "the poll says done and names no picture"),
    "poll_another_id": Fault(POLL, "the poll is answered with the job that was made before this one"),
    "poll_cut_json": Fault(POLL, "the poll is answered with the first half of its JSON"),
    "poll_wrong_types": Fault(POLL, "the poll is answered with every value in a list of its own"),
    "poll_gzip_bomb": Fault(POLL, "the poll is answered with gzip that opens to 4 GiB of JSON"),
    "poll_huge_reply": Fault(POLL, "the poll is answered with 2 GB of JSON"),
    "poll_drop": Fault(POLL, "the poll is cut off without an answer"),
    "poll_drip": Fault(POLL, "the poll is answered a byte every half second"),
    "poll_hang": Fault(POLL, "the poll is never answered"),
    "over_charge": Fault(
        BILL, "the statement charges amount (USD for one image), whatever was said", options=("amount",)
    ),
    "charge_twice": Fault(BILL, "the statement charges the job twice"),
    "charge_stranger": Fault(BILL, "the statement also charges a job that nobody ordered"),
    "keep_charge": Fault(BILL, "the statement gives nothing back for a job that failed; order it with fail_job"),
    "leave_out": Fault(BILL, "the statement knows nothing of the job"),
}
