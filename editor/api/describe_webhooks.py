"""What OpenAPI says about the addresses of webhooks."""

from drf_spectacular.utils import extend_schema

from editor.api.describe import problems
from editor.api.webhook_bodies import EndpointBody, EndpointChangeBody
from editor.api.webhook_shapes import DeliveryShape, EndpointShape, NewSecretShape

TAGS = ["webhook-endpoints"]

list_endpoints = extend_schema(
    operation_id="list_webhook_endpoints",
    tags=TAGS,
    responses={200: EndpointShape(many=True), **problems(422)},
)
create_endpoint = extend_schema(
    operation_id="create_webhook_endpoint",
    tags=TAGS,
    request=EndpointBody,
    responses={201: NewSecretShape, **problems(400, 411, 413, 415, 422, 503)},
)
read_endpoint = extend_schema(
    operation_id="read_webhook_endpoint", tags=TAGS, responses={200: EndpointShape, **problems(404)}
)
change_endpoint = extend_schema(
    operation_id="change_webhook_endpoint",
    tags=TAGS,
    request=EndpointChangeBody,
    responses={200: EndpointShape, **problems(400, 404, 411, 413, 415, 422, 503)},
)
delete_endpoint = extend_schema(
    operation_id="delete_webhook_endpoint", tags=TAGS, responses={204: None, **problems(404, 422)}
)
rotate_secret = extend_schema(
    operation_id="rotate_webhook_secret", tags=TAGS, request=None, responses={200: NewSecretShape, **problems(404)}
)
send_test = extend_schema(
    operation_id="send_webhook_test", tags=TAGS, request=None, responses={202: DeliveryShape, **problems(404, 422)}
)
list_deliveries = extend_schema(
    operation_id="list_webhook_deliveries",
    tags=TAGS,
    responses={200: DeliveryShape(many=True), **problems(404, 422)},
)
replay_delivery = extend_schema(
    operation_id="replay_webhook_delivery",
    tags=TAGS,
    request=None,
    responses={202: DeliveryShape, **problems(404, 422)},
)
