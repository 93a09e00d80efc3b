"""Endpoints and deliveries as JSON, and the same described for readers."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from editor.api.shapes import timestamp
from editor.models import Delivery, DeliveryState, DeliveryTry, Endpoint
from editor.webhook_rules import SUBSCRIBABLE, EventType


@extend_schema_serializer(component_name="Endpoint")
class EndpointShape(serializers.Serializer[Any]):
    """Where events are sent. The one without a `url` stands for the `webhook_url` of edits: its secret signs them."""

    id = serializers.CharField()
    object = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    events = serializers.ListField(child=serializers.ChoiceField([kind.value for kind in SUBSCRIBABLE]))
    enabled = serializers.BooleanField()
    disabled_reason = serializers.CharField(allow_null=True)
    old_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then messages are signed with the secret before the last rotation, too."
    )
    created_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="EndpointWithSecret")
class NewSecretShape(EndpointShape):
    """An endpoint with its secret, which is shown this once."""

    secret = serializers.CharField()


class TryShape(serializers.Serializer[Any]):
    """What was sent once and what came back; queries of addresses are left out, and answers cut after 4 kB."""

    at = serializers.DateTimeField()
    milliseconds = serializers.IntegerField()
    url = serializers.CharField()
    request = serializers.CharField(allow_blank=True)
    status = serializers.IntegerField(allow_null=True)
    response = serializers.CharField(allow_blank=True)
    error = serializers.CharField(allow_null=True)


@extend_schema_serializer(component_name="Delivery")
class DeliveryShape(serializers.Serializer[Any]):
    """One event on its way to one endpoint; `event` is its webhook-id."""

    id = serializers.CharField()
    object = serializers.CharField()
    event = serializers.CharField()
    type = serializers.ChoiceField([kind.value for kind in EventType])
    edit = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField([state.value for state in DeliveryState])
    tries = TryShape(many=True)
    next_try_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


def endpoint_json(endpoint: Endpoint) -> dict[str, Any]:
    """Write an endpoint, without its secret."""
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "url": endpoint.url or None,
        "description": endpoint.description,
        "events": endpoint.events,
        "enabled": endpoint.disabled_at is None,
        "disabled_reason": endpoint.disabled_reason or None,
        "old_secret_until": timestamp(endpoint.old_secret_until),
        "created_at": timestamp(endpoint.created_at),
    }


def new_secret_json(endpoint: Endpoint) -> dict[str, Any]:
    """Write an endpoint with the secret it was given just now."""
    return {**endpoint_json(endpoint), "secret": endpoint.secret}


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """Write a delivery with its tries, oldest first."""
    return {
        "id": delivery.id,
        "object": "webhook_delivery",
        "event": delivery.event_id,
        "type": str(delivery.event.type),
        "edit": delivery.event.edit_id,
        "status": str(delivery.state),
        "tries": [_try(one) for one in delivery.log.all()],
        "next_try_at": timestamp(delivery.due_at),
        "delivered_at": timestamp(delivery.delivered_at),
        "created_at": timestamp(delivery.event.created_at),
    }


def _try(one: DeliveryTry) -> dict[str, Any]:
    return {
        "at": timestamp(one.at),
        "milliseconds": one.milliseconds,
        "url": one.url.partition("?")[0],
        "request": one.request,
        "status": one.status,
        "response": one.response,
        "error": one.error or None,
    }
