"""Write the orders of claimed intents: for each one the single request that will be paid, ready to be committed."""

import hashlib
import json
import secrets
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db.models import Prefetch

from editor.images.links import signed_url
from editor.models import Attempt, EditInput
from editor.provider_accounts import account
from editor.providers.base import HttpRequest, ProviderJob
from editor.providers.registry import PROVIDERS

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
    request = PROVIDERS[attempt.provider].submit(job, account(attempt.provider))
    body = json.dumps(request.json, sort_keys=True, separators=(",", ":")).encode()
    return Order(
        request=request,
        payload_sha256=hashlib.sha256(body).hexdigest(),
        callback_sha256=hashlib.sha256(token.encode()).hexdigest(),
    )
