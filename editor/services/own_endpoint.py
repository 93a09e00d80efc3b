"""Find a workspace's endpoints: one by its id, or the one that stands for the `webhook_url` of its edits."""

from accounts.ids import may_be_id
from editor.errors import NotFound
from editor.models import Endpoint
from editor.selectors.webhooks import OF_EDITS
from editor.webhook_signing import mint


def endpoint_for_edits(*, workspace_id: str) -> Endpoint:
    """Find the endpoint whose secret signs what goes to the `webhook_url` of edits; made when it is first needed."""
    found = Endpoint.objects.filter(workspace_id=workspace_id, url="").first()
    if found is None:
        new = Endpoint(workspace_id=workspace_id, secret=mint())
        Endpoint.objects.bulk_create([new], ignore_conflicts=True)
        found = Endpoint.objects.get(workspace_id=workspace_id, url="")
    return found


def own_endpoint(*, workspace_id: str, endpoint_id: str) -> Endpoint:
    """Find and lock an endpoint for whoever changes it in a transaction; raises NotFound, for a foreign id as well."""
    if endpoint_id == OF_EDITS:
        endpoint_id = endpoint_for_edits(workspace_id=workspace_id).id
    owned = Endpoint.objects.select_for_update().filter(workspace_id=workspace_id, id=endpoint_id)
    found = owned.first() if may_be_id(endpoint_id) else None
    if found is None:
        raise NotFound("There is no such webhook endpoint in this workspace.")
    return found
