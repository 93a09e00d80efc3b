"""Send a delivery again by hand."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.ids import may_be_id
from accounts.services.record_audit import By, record_audit
from editor.errors import InvalidInput, NotFound
from editor.models import Delivery, DeliveryState
from editor.services.own_endpoint import own_endpoint


def replay_delivery(*, workspace_id: str, endpoint_id: str, delivery_id: str, by: By) -> Delivery:
    """Start a delivery over, under the same webhook-id, with all its tries; one in hand now counts for nothing.

    Raises NotFound, InvalidInput for an endpoint that is off.
    """
    with transaction.atomic():
        endpoint = own_endpoint(workspace_id=workspace_id, endpoint_id=endpoint_id)
        owned = Delivery.objects.select_for_update(of=("self",)).filter(endpoint=endpoint, id=delivery_id)
        delivery = owned.select_related("event").first() if may_be_id(delivery_id) else None
        if delivery is None:
            raise NotFound("There is no such delivery to this endpoint.")
        if endpoint.disabled_at:
            raise InvalidInput("The endpoint is switched off: switch it on first. Nothing was sent.")
        delivery.state, delivery.tries, delivery.delivered_at = DeliveryState.PENDING, 0, None
        delivery.due_at, delivery.claimed_until, delivery.started_at = Now(), None, timezone.now()
        delivery.save()
        record_audit(
            workspace_id=workspace_id,
            action="webhook.replayed",
            by=by,
            target=delivery.id,
            target_name=f"{delivery.event.type} to {endpoint}",
        )
    delivery.refresh_from_db()
    return delivery
