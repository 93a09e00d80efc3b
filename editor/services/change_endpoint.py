"""Change an endpoint: where it is, what it is told, whether it is on."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.services.record_audit import By, record_audit
from editor.errors import InvalidInput
from editor.models import Endpoint
from editor.services.check_webhook_url import check_webhook_url
from editor.services.disable_endpoint import switch_off
from editor.services.endpoint_terms import checked_description, checked_events
from editor.services.own_endpoint import own_endpoint

BY_HAND = "Switched off by hand."
CHANGED = [
    "url", "events", "description", "disabled_at", "disabled_reason", "failing_since", "resting_until", "subscribed_at",
]  # fmt: skip


def change_endpoint(
    *,
    workspace_id: str,
    endpoint_id: str,
    by: By,
    url: str | None = None,
    events: Sequence[str] | None = None,
    description: str | None = None,
    enabled: bool | None = None,
) -> Endpoint:
    """Change what is given; what waits for an endpoint that is switched off is not sent any more.

    Raises NotFound, InvalidInput, Busy; then nothing is changed.
    """
    if url is not None:
        check_webhook_url(url, param="url")
    wanted: dict[str, Any] = {
        "url": url,
        "events": None if events is None else checked_events(events),
        "description": None if description is None else checked_description(description),
    }
    with transaction.atomic():
        endpoint = own_endpoint(workspace_id=workspace_id, endpoint_id=endpoint_id)
        if not endpoint.url:
            raise InvalidInput(
                "This one stands for the webhook_url of edits: it has only a secret to change. Nothing was changed.",
                param="url",
            )
        before = _terms(endpoint)
        for name, value in wanted.items():
            setattr(endpoint, name, getattr(endpoint, name) if value is None else value)
        _switch(endpoint, enabled)
        _keep(endpoint, before, by)
    return endpoint


def _switch(endpoint: Endpoint, enabled: bool | None) -> None:  # noqa: FBT001 - None leaves it as it is
    if enabled is True and endpoint.disabled_at:
        endpoint.disabled_at, endpoint.disabled_reason = None, ""
        endpoint.failing_since = endpoint.resting_until = None
    elif enabled is False and endpoint.disabled_at is None:
        switch_off(endpoint, reason=BY_HAND)


def _keep(endpoint: Endpoint, before: dict[str, Any], by: By) -> None:
    """Save what has changed, if anything has, and record it."""
    after = _terms(endpoint)
    if before == after:
        return
    endpoint.subscribed_at = timezone.now()
    endpoint.save(update_fields=CHANGED)
    record_audit(
        workspace_id=endpoint.workspace_id,
        action="webhook.changed",
        by=by,
        target=endpoint.id,
        target_name=endpoint.url,
        before={name: value for name, value in before.items() if value != after[name]},
        after={name: value for name, value in after.items() if value != before[name]},
    )


def _terms(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "url": endpoint.url,
        "events": endpoint.events,
        "description": endpoint.description,
        "enabled": endpoint.disabled_at is None,
    }
