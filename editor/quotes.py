"""Quotes as they travel: what was promised, signed, so that nothing need be kept to keep it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from editor.domain import EditRequest
from editor.errors import QuoteVoid

HOLDS_FOR = timedelta(minutes=10)
PREFIX = "qte_"
CHARACTERS = 1000
SALT = "editor.quotes"
NOT_OURS = "quote is not one that this API gave, or it was changed on the way."


@dataclass(frozen=True, slots=True)
class Promise:
    """A price promised to a workspace for one request; all amounts in µ$.

    `prices` are those of one picture by provider, best first: nobody else is asked under this quote. `total` is the
    most the edit can cost. `asked` is the SHA-256 of the request; with `any_prompt` it holds for every prompt.
    """

    workspace_id: str
    is_test: bool
    asked: str
    any_prompt: bool
    prices: Mapping[str, int]
    total: int
    made_at: datetime

    @property
    def until(self) -> datetime:
        """The moment from which on it does not hold."""
        return self.made_at + HOLDS_FOR


def fingerprint(request: EditRequest, *, any_prompt: bool) -> str:
    """Give the SHA-256 of what a request's price and route depend on; pictures count as they were written."""
    facts = {
        "prompt": None if any_prompt else request.prompt,
        "images": request.images,
        "model": request.model,
        "aspect_ratio": request.aspect_ratio,
        "resolution": request.resolution,
        "n": request.n,
        "provider": request.provider,
        "strategy": request.strategy,
        "seed": request.seed,
        "guidance_scale": request.guidance_scale,
        "watermark": request.watermark,
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sign(promise: Promise) -> str:
    """Write a promise as the id that is sent with an edit. It can be read by whoever has it, but not changed."""
    facts = [
        promise.workspace_id,
        int(promise.is_test),
        promise.asked,
        int(promise.any_prompt),
        dict(promise.prices),
        promise.total,
        int(promise.made_at.timestamp()),
    ]
    return PREFIX + signing.Signer(sep=".", salt=SALT).sign_object(facts, compress=True)


def read(text: str) -> Promise:
    """Read a promise back; raises QuoteVoid for what we did not sign."""
    try:
        signed = text.removeprefix(PREFIX) if text.startswith(PREFIX) else ""
        facts = signing.Signer(sep=".", salt=SALT).unsign_object(signed)
    except signing.BadSignature as error:
        raise QuoteVoid(NOT_OURS, code="quote_invalid") from error
    workspace_id, is_test, asked, any_prompt, prices, total, made_at = facts
    return Promise(
        workspace_id, bool(is_test), asked, bool(any_prompt), prices, total, datetime.fromtimestamp(made_at, UTC)
    )
