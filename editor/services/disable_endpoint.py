"""Disable an endpoint that does not take what it is sent, and have owners and admins told by mail."""

import structlog
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from accounts.services.record_audit import SYSTEM, record_audit
from editor.models import Delivery, DeliveryState, Endpoint

log = structlog.get_logger(__name__)


def disable_endpoint(endpoint: Endpoint, *, reason: str) -> None:
    """Disable it, once; the caller holds its row. Mail goes out when the transaction is through."""
    if endpoint.disabled_at is not None:
        return
    switch_off(endpoint, reason=reason)
    endpoint.save(update_fields=["disabled_at", "disabled_reason"])
    record_audit(
        workspace_id=endpoint.workspace_id,
        action="webhook.disabled",
        by=SYSTEM,
        target=endpoint.id,
        target_name=endpoint.url,
        before={"enabled": True},
        after={"enabled": False},
        note=reason,
    )
    log.warning("webhook_endpoint_disabled", endpoint=endpoint.id, reason=reason)
    transaction.on_commit(lambda: async_task("editor.tasks.endpoint_mail", endpoint.id), robust=True)


def switch_off(endpoint: Endpoint, *, reason: str) -> None:
    """Mark it as off, for the caller to save, and send nothing more of what waits for it."""
    endpoint.disabled_at, endpoint.disabled_reason = timezone.now(), reason
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING)
    waiting.update(state=DeliveryState.FAILED, due_at=None, claimed_until=None)
