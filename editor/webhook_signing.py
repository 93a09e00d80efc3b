"""Secrets of webhooks, and signatures with them as Standard Webhooks has them."""

import base64
import secrets as randomness
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
BYTES = 32  # 24 to 64 are allowed


def mint() -> str:
    """Make a secret."""
    return PREFIX + base64.b64encode(randomness.token_bytes(BYTES)).decode()


def headers(*, secrets: Sequence[str], event_id: str, at: datetime, body: str) -> dict[str, str]:
    """Give the three headers: a signature with each secret, so that a receiver may know any one; `at` is in UTC."""
    signatures = [Webhook(secret).sign(msg_id=event_id, timestamp=at, data=body) for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
