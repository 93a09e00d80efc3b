"""Send a test to an endpoint."""

from django.db import transaction

from accounts.services.record_audit import By, record_audit
from editor.errors import InvalidInput
from editor.models import Delivery
from editor.services.note_event import note_test
from editor.services.own_endpoint import own_endpoint

SAYS = {"object": "test", "message": "This is a test. Nothing happened to an edit."}


def send_test_event(*, workspace_id: str, endpoint_id: str, by: By) -> Delivery:
    """Have a test sent like any other event. Raises NotFound, InvalidInput for an endpoint that is off."""
    with transaction.atomic():
        endpoint = own_endpoint(workspace_id=workspace_id, endpoint_id=endpoint_id)
        if endpoint.disabled_at or not endpoint.url:
            raise InvalidInput("Only an endpoint that is switched on can be sent a test. Nothing was sent.")
        delivery = note_test(endpoint=endpoint, data=SAYS)
        record_audit(
            workspace_id=workspace_id, action="webhook.tested", by=by, target=endpoint.id, target_name=endpoint.url
        )
    return delivery
