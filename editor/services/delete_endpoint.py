"""Delete an endpoint."""

from django.db import transaction

from accounts.services.record_audit import By, record_audit
from editor.errors import InvalidInput
from editor.services.own_endpoint import own_endpoint


def delete_endpoint(*, workspace_id: str, endpoint_id: str, by: By) -> None:
    """Delete it with its log; what waits for it is not sent. Raises NotFound, InvalidInput for the one of edits."""
    with transaction.atomic():
        endpoint = own_endpoint(workspace_id=workspace_id, endpoint_id=endpoint_id)
        if not endpoint.url:
            raise InvalidInput("This one stands for the webhook_url of edits and stays. Nothing was changed.")
        record_audit(
            workspace_id=workspace_id,
            action="webhook.deleted",
            by=by,
            target=endpoint.id,
            target_name=endpoint.url,
            before={"url": endpoint.url, "events": endpoint.events},
        )
        endpoint.delete()
