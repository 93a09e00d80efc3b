"""Idempotency keys that really replay, for a day (docs.stripe.com/api/idempotent_requests, read 2026-11)."""

import hashlib

from billing.fake_stripe.dates import DAY
from billing.fake_stripe.refusals import IDEMPOTENCY_KEY_BUSY, Refusal, Thing
from billing.fake_stripe.shop import Shop

LONGEST_KEY = 255
NOT_KEPT = (400, 401, 404, 409, 429)  # what was refused before anything was done is judged anew


def kept(shop: Shop, key: str, call: str, body: bytes) -> Thing | None:
    """Give the answer of the first request with a key, None when there was none; raises Refusal for another body."""
    if len(key) > LONGEST_KEY:
        raise Refusal("Idempotency keys may have 255 characters at most.", kind="idempotency_error")
    if key in shop.busy:
        said = f"There is currently another in-progress request using this Idempotent Key: {key}. Try again later."
        raise Refusal(said, status=IDEMPOTENCY_KEY_BUSY, code="idempotency_key_in_use")
    answer = shop.answers.get(key)
    if answer is None or answer["at"] < shop.now() - DAY:
        return None
    if answer["call"] != call:
        said = (
            f"Keys for idempotent requests can only be used for the same endpoint they were first used for "
            f"('{call}' vs '{answer['call']}'). Try using a key other than '{key}' if you meant to execute a "
            "different request."
        )
        raise Refusal(said, kind="idempotency_error")
    if answer["sha256"] != _sha256(body):
        said = (
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request."
        )
        raise Refusal(said, kind="idempotency_error")
    return answer


def keep(shop: Shop, key: str, call: str, body: bytes, *, status: int, answer: Thing, request: str) -> None:
    """Keep an answer under its key."""
    if status not in NOT_KEPT:
        shop.answers[key] = {
            "at": shop.now(), "call": call, "sha256": _sha256(body), "status": status, "answer": answer,
            "request": request,
        }  # fmt: skip


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
