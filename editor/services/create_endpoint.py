"""Make an endpoint for webhooks."""

from collections.abc import Sequence

from django.db import transaction

from accounts.services.record_audit import By, record_audit
from editor.errors import InvalidInput
from editor.models import Endpoint
from editor.services.check_webhook_url import check_webhook_url
from editor.services.endpoint_terms import checked_description, checked_events
from editor.webhook_signing import mint

MOST = 20


def create_endpoint(*, workspace_id: str, by: By, url: str, events: Sequence[str], description: str = "") -> Endpoint:
    """Make an endpoint with a secret of its own, which is shown only now. Raises InvalidInput and Busy."""
    events, description = checked_events(events), checked_description(description)
    check_webhook_url(url, param="url")
    with transaction.atomic():
        if Endpoint.objects.filter(workspace_id=workspace_id).exclude(url="").count() >= MOST:
            raise InvalidInput(f"A workspace takes {MOST} endpoints. Delete one first; nothing was kept.", param="url")
        endpoint = Endpoint.objects.create(
            workspace_id=workspace_id, url=url, events=events, description=description, secret=mint()
        )
        record_audit(
            workspace_id=workspace_id,
            action="webhook.created",
            by=by,
            target=endpoint.id,
            target_name=url,
            after={"url": url, "events": events},
        )
    return endpoint
