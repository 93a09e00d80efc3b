"""What the API takes about webhooks."""

from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from editor.api.bodies import Body
from editor.api.fields import Choice, Text, YesNo
from editor.models.webhook import URL_CHARACTERS
from editor.services.endpoint_terms import DESCRIPTION_CHARACTERS
from editor.webhook_rules import SUBSCRIBABLE

KINDS = [kind.value for kind in SUBSCRIBABLE]


class Events(serializers.ListField):
    """What an endpoint is told."""

    child = Choice(KINDS)
    default_error_messages = {"not_a_list": "must be a list of events.", "min_length": "must name at least one event."}


class EndpointBody(Body):
    """The body of `POST /webhook-endpoints`."""

    url = Text(max_length=URL_CHARACTERS, help_text="https, at a public address.")
    events = Events(min_length=1)
    description = Text(max_length=DESCRIPTION_CHARACTERS, required=False, allow_blank=True)


class EndpointChangeBody(Body):
    """The body of `PATCH /webhook-endpoints/{id}`; what is not named stays."""

    url = Text(max_length=URL_CHARACTERS, required=False)
    events = Events(min_length=1, required=False)
    description = Text(max_length=DESCRIPTION_CHARACTERS, required=False, allow_blank=True)
    enabled = YesNo(required=False)


ENDPOINT = EndpointBody()
CHANGE = EndpointChangeBody()


@dataclass(frozen=True, slots=True)
class EndpointRequest:
    """An endpoint as it is asked for."""

    url: str
    events: list[str]
    description: str


def read_endpoint(data: Any) -> EndpointRequest:
    """Read the body of a new endpoint. Raises ValidationError, ParseError."""
    fields = ENDPOINT.run_validation(data)
    return EndpointRequest(fields["url"], fields["events"], fields.get("description", ""))


def read_endpoint_change(data: Any) -> dict[str, Any]:
    """Read what is to change, by name. Raises ValidationError, ParseError."""
    return dict(CHANGE.run_validation(data))
