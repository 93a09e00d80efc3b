"""Endpoints for webhooks: make, look, change, delete; another secret, a test, the log, once more."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from editor.api import describe_webhooks as describe
from editor.api.door import Door, Listing
from editor.api.webhook_bodies import read_endpoint, read_endpoint_change
from editor.api.webhook_shapes import delivery_json, endpoint_json, new_secret_json
from editor.selectors.webhooks import deliveries_of, endpoint_of, endpoints_of
from editor.services.change_endpoint import change_endpoint
from editor.services.create_endpoint import create_endpoint
from editor.services.delete_endpoint import delete_endpoint
from editor.services.replay_delivery import replay_delivery
from editor.services.rotate_webhook_secret import rotate_webhook_secret
from editor.services.send_test_event import send_test_event

MANAGE = Action.MANAGE_WEBHOOKS


class WebhookEndpoints(Listing):
    """`/webhook-endpoints`."""

    needs = {"get": MANAGE, "post": MANAGE}

    @describe.list_endpoints
    def get(self, request: Request) -> Response:
        """List the workspace's endpoints, newest first."""
        return self.page(endpoints_of(self.actor.workspace_id), lambda page: [endpoint_json(row) for row in page])

    @describe.create_endpoint
    def post(self, request: Request) -> Response:
        """Make an endpoint; its secret is shown this once."""
        asked = read_endpoint(request.data)
        made = create_endpoint(
            workspace_id=self.actor.workspace_id,
            by=self.caller.by,
            url=asked.url,
            events=asked.events,
            description=asked.description,
        )
        answer = Response(new_secret_json(made), status=201)
        answer["Location"] = f"/api/v1/webhook-endpoints/{made.id}"
        return answer


class OneWebhookEndpoint(Door):
    """`/webhook-endpoints/{id}`."""

    needs = {"get": MANAGE, "patch": MANAGE, "delete": MANAGE}

    @describe.read_endpoint
    def get(self, request: Request, endpoint_id: str) -> Response:
        """Look at an endpoint."""
        return Response(endpoint_json(endpoint_of(workspace_id=self.actor.workspace_id, endpoint_id=endpoint_id)))

    @describe.change_endpoint
    def patch(self, request: Request, endpoint_id: str) -> Response:
        """Change an endpoint, or switch it off and on."""
        changes = read_endpoint_change(request.data)
        changed = change_endpoint(
            workspace_id=self.actor.workspace_id, endpoint_id=endpoint_id, by=self.caller.by, **changes
        )
        return Response(endpoint_json(changed))

    @describe.delete_endpoint
    def delete(self, request: Request, endpoint_id: str) -> Response:
        """Delete an endpoint and its log."""
        delete_endpoint(workspace_id=self.actor.workspace_id, endpoint_id=endpoint_id, by=self.caller.by)
        return Response(status=204)


class WebhookSecret(Door):
    """`/webhook-endpoints/{id}/rotate-secret`."""

    needs = {"post": MANAGE}

    @describe.rotate_secret
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Make another secret, shown this once; the one before signs as well for 24 hours."""
        rotated = rotate_webhook_secret(
            workspace_id=self.actor.workspace_id, endpoint_id=endpoint_id, by=self.caller.by
        )
        return Response(new_secret_json(rotated))


class WebhookTest(Door):
    """`/webhook-endpoints/{id}/test`."""

    needs = {"post": MANAGE}

    @describe.send_test
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Have a test sent."""
        sent = send_test_event(workspace_id=self.actor.workspace_id, endpoint_id=endpoint_id, by=self.caller.by)
        return Response(delivery_json(deliveries_of(sent.endpoint).get(id=sent.id)), status=202)


class WebhookDeliveries(Listing):
    """`/webhook-endpoints/{id}/deliveries`."""

    needs = {"get": MANAGE}

    @describe.list_deliveries
    def get(self, request: Request, endpoint_id: str) -> Response:
        """List what was and will be sent, newest first."""
        endpoint = endpoint_of(workspace_id=self.actor.workspace_id, endpoint_id=endpoint_id)
        return self.page(deliveries_of(endpoint), lambda page: [delivery_json(row) for row in page])


class WebhookReplay(Door):
    """`/webhook-endpoints/{id}/deliveries/{id}/replay`."""

    needs = {"post": MANAGE}

    @describe.replay_delivery
    def post(self, request: Request, endpoint_id: str, delivery_id: str) -> Response:
        """Send a delivery again, under the same webhook-id, with all its tries."""
        again = replay_delivery(
            workspace_id=self.actor.workspace_id,
            endpoint_id=endpoint_id,
            delivery_id=delivery_id,
            by=self.caller.by,
        )
        return Response(delivery_json(deliveries_of(again.endpoint).get(id=again.id)), status=202)
