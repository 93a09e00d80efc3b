"""Give an endpoint another secret."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.services.record_audit import By, record_audit
from editor.models import Endpoint
from editor.services.own_endpoint import own_endpoint
from editor.webhook_signing import mint

OVERLAP = timedelta(hours=24)


def rotate_webhook_secret(*, workspace_id: str, endpoint_id: str, by: By) -> Endpoint:
    """Make a secret, shown only now; the one before signs as well for a day, one before that no more.

    Raises NotFound.
    """
    with transaction.atomic():
        endpoint = own_endpoint(workspace_id=workspace_id, endpoint_id=endpoint_id)
        endpoint.old_secret, endpoint.secret = endpoint.secret, mint()
        endpoint.old_secret_until = timezone.now() + OVERLAP
        endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
        record_audit(
            workspace_id=workspace_id,
            action="webhook.secret_rotated",
            by=by,
            target=endpoint.id,
            target_name=str(endpoint),
            after={"old_secret_until": endpoint.old_secret_until.isoformat()},
        )
    return endpoint
