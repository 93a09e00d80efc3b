"""Have a Checkout looked at soon, because its visitor has come back: the webhook may be slow, or lost."""

import re

from django.core.cache import cache
from django_q.tasks import async_task

from billing import stripe_api

SESSION = re.compile(r"cs_[A-Za-z0-9_]{1,200}")
QUIET_SECONDS = 5


def call_checkout(*, session_id: str) -> None:
    """Enqueue it, not again within seconds. The id may come from an address: what is none is left alone."""
    if stripe_api.is_on() and SESSION.fullmatch(session_id) and cache.add(f"look:{session_id}", "yes", QUIET_SECONDS):
        async_task("billing.tasks.checkout", session_id)
