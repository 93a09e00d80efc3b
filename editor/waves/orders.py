"""The orders of claimed attempts: the one request that will be paid, ready to be committed, or the stored one again."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Prefetch

from editor.images.links import signed_url
from editor.models import Attempt, EditInput
from editor.provider_accounts import account
from editor.providers.base import HttpRequest, ProviderJob
from editor.providers.registry import PROVIDERS, REPLAYABLE

log = structlog.get_logger(__name__)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """The request as it will be sent, and the hashes it is known by."""

    request: HttpRequest
    payload_sha256: str
    callback_sha256: str


def write_orders(attempt_ids: list[str]) -> dict[str, Order]:
    """Give the order of each attempt by its id, in two queries. Every call makes new callback tokens.

    One that cannot be written is left out, so that it stops nobody else's.
    """
    inputs = Prefetch("edit__inputs", EditInput.objects.select_related("image").order_by("position"))
    attempts = Attempt.objects.filter(id__in=attempt_ids).select_related("edit").prefetch_related(inputs)
    orders = {}
    for attempt in attempts:
        try:
            orders[attempt.id] = _order(attempt)
        except Exception:
            log.exception("order_not_written", attempt=attempt.id, provider=attempt.provider)
    return orders


def stored_orders(attempt_ids: list[str]) -> dict[str, Order]:
    """Give again, by id, the orders that may be replayed: the stored body under the attempt's own key, in one query.

    Attempts of other providers are passed over, and so is a body that no longer has the hash it was sent with.
    """
    orders = {}
    for attempt in Attempt.objects.filter(id__in=attempt_ids, provider__in=REPLAYABLE, payload__isnull=False):
        body = attempt.payload or {}
        if _sha256(body) != attempt.payload_sha256:
            log.error("stored_order_changed", attempt=attempt.id, provider=attempt.provider)
            continue
        ours = account(attempt.provider, test=attempt.is_test)
        request = REPLAYABLE[attempt.provider].replay(body, attempt.id, ours)
        orders[attempt.id] = Order(request, attempt.payload_sha256, attempt.callback_sha256 or "")
    return orders


def _order(attempt: Attempt) -> Order:
    edit = attempt.edit
    token = secrets.token_urlsafe(32)
    job = ProviderJob(
        model=edit.model,
        prompt=edit.prompt,
        images=tuple(
            signed_url(used.image, "rendition", until=edit.deadline_at, absolute=True) for used in edit.inputs.all()
        ),
        ratio=edit.ratio,
        resolution=edit.resolution,
        n=attempt.n,
        callback_url=f"{settings.PUBLIC_BASE_URL}/cb/{attempt.provider}/{token}",
        idempotency_key=attempt.id,
        seed=edit.seed,
        guidance_scale=edit.guidance_scale,
        watermark=edit.watermark,
    )
    request = PROVIDERS[attempt.provider].submit(job, account(attempt.provider, test=attempt.is_test))
    return Order(
        request=request,
        payload_sha256=_sha256(request.json),
        callback_sha256=hashlib.sha256(token.encode()).hexdigest(),
    )


def _sha256(payload: Any) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
