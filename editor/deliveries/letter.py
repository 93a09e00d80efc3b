"""One delivery made ready to be sent: address, body, signed headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from editor.deliveries.payload import body_of
from editor.models import Delivery, Endpoint
from editor.webhook_signing import headers

CONTENT = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes out, and where; `delivery` as it was claimed."""

    delivery: Delivery
    url: str
    body: str
    headers: Mapping[str, str]


def write(delivery: Delivery) -> Letter:
    """Write and sign it as of now."""
    now = timezone.now()
    body = body_of(delivery.event)
    signed = headers(secrets=secrets_of(delivery.endpoint, now), event_id=delivery.event_id, at=now, body=body)
    return Letter(delivery, delivery.url or delivery.endpoint.url, body, {**CONTENT, **signed})


def secrets_of(endpoint: Endpoint, now: datetime) -> list[str]:
    """Give what signs at this moment: the secret, and for a day after a rotation the one before.

    Raises LookupError when neither can be opened any more: nothing is sent unsigned.
    """
    overlaps = endpoint.old_secret_until is not None and endpoint.old_secret_until > now
    known = [secret for secret in (endpoint.secret, endpoint.old_secret if overlaps else "") if secret]
    if not known:
        raise LookupError("the endpoint's secret cannot be opened")
    return known
