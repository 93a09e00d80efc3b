"""Stripe's signature of an event (docs.stripe.com/webhooks/signature, read 2026-11)."""

import hashlib
import hmac


def signature(body: bytes, *, secret: str, at: int) -> str:
    """Give the header `Stripe-Signature`: HMAC-SHA256 of time and body; v0 is a decoy, as Stripe's test mode sends."""
    said = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={said},v0={hashlib.sha256(body).hexdigest()}"
