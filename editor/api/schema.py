"""What the API answers with, described for readers and for OpenAPI; `shapes.py` writes it."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from editor.attempts import AttemptState
from editor.domain import EditStatus
from editor.selectors.provider_health import Standing

KEYS = (
    "A key of your workspace, made on its page of API keys and shown once. `pnt_live_…` orders and pays. `pnt_test_…` "
    "costs nothing: its edits run on a simulator that makes marked pictures, and are listed for test keys only. A key "
    "has scopes: `read`, `write` (and so `read`), `money`, `webhooks`; it may have an expiry and a list of networks."
)


class Error(serializers.Serializer[Any]):
    """What is wrong: `code` is a stable word, `param` the field at fault."""

    type = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    param = serializers.CharField(allow_null=True)
    request_id = serializers.CharField(allow_null=True)


class Problem(serializers.Serializer[Any]):
    """Every answer from 400 up."""

    error = Error()


class Failure(serializers.Serializer[Any]):
    """Why something ended without a picture."""

    code = serializers.CharField()
    message = serializers.CharField()


class Output(serializers.Serializer[Any]):
    """A picture an edit produced; `url` is signed, expires, and works without the key."""

    id = serializers.CharField()
    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField()
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    late = serializers.BooleanField(help_text="It came after the edit had ended, and is free.")


class Price(serializers.Serializer[Any]):
    """Dollars as strings with six decimals."""

    currency = serializers.CharField()
    quoted = serializers.CharField(help_text="The most it can cost.")
    held = serializers.CharField(help_text="Set aside while it runs.")
    charged = serializers.CharField(help_text="What the pictures that arrived cost.")


@extend_schema_serializer(component_name="Attempt")
class AttemptShape(serializers.Serializer[Any]):
    """One submission to one provider."""

    provider = serializers.CharField()
    status = serializers.ChoiceField(sorted(AttemptState))
    error = Failure(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class Verdict(serializers.Serializer[Any]):
    """Whether a provider could do the edit; if not, why; if it is waited for, until when."""

    provider = serializers.CharField()
    eligible = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)


@extend_schema_serializer(component_name="Edit")
class EditShape(serializers.Serializer[Any]):
    """An edit."""

    id = serializers.CharField()
    object = serializers.CharField()
    is_test = serializers.BooleanField(help_text="Ordered by a test key: simulated, and never charged.")
    status = serializers.ChoiceField([status.value for status in EditStatus])
    model = serializers.CharField()
    prompt = serializers.CharField()
    aspect_ratio = serializers.CharField()
    resolution = serializers.CharField()
    n = serializers.IntegerField()
    provider = serializers.CharField(allow_null=True, help_text="The one that delivered.")
    images = serializers.ListField(child=serializers.CharField())
    project = serializers.CharField()
    metadata = serializers.DictField(child=serializers.CharField(allow_blank=True))
    outputs = Output(many=True)
    price = Price()
    attempts = AttemptShape(many=True)
    routing = Verdict(many=True)
    error = Failure(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    erased_at = serializers.DateTimeField(
        allow_null=True, help_text="When prompt, metadata and pictures were erased, as the workspace's settings say."
    )


class QuotedShape(serializers.Serializer[Any]):
    """Dollars as strings with six decimals."""

    currency = serializers.CharField()
    total = serializers.CharField(help_text="The most the edit can cost: n times the dearest unit price.")
    units = serializers.DictField(child=serializers.CharField(), help_text="What a picture costs by each provider.")


@extend_schema_serializer(component_name="Quote")
class QuoteShape(serializers.Serializer[Any]):
    """A price that holds until `expires_at` for an edit that is sent with `quote` set to the id."""

    id = serializers.CharField()
    object = serializers.CharField()
    is_test = serializers.BooleanField(help_text="Given to a test key, and good for test keys only.")
    price = QuotedShape()
    route = serializers.ListField(child=serializers.CharField(), help_text="Who may be asked, best first.")
    routing = Verdict(many=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="Image")
class ImageShape(serializers.Serializer[Any]):
    """A stored picture; `url` is of its clean rendition, signed, expires, and works without the key."""

    id = serializers.CharField()
    object = serializers.CharField()
    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField()
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    filename = serializers.CharField(allow_blank=True)
    project = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="Project")
class ProjectShape(serializers.Serializer[Any]):
    """A named shelf of pictures and edits."""

    id = serializers.CharField()
    object = serializers.CharField()
    name = serializers.CharField()
    is_default = serializers.BooleanField(help_text="Takes what is sent without naming a project.")
    created_at = serializers.DateTimeField()


class CapabilitiesShape(serializers.Serializer[Any]):
    """The most a provider takes and gives with one model."""

    model = serializers.CharField()
    images = serializers.IntegerField()
    outputs = serializers.IntegerField()
    resolutions = serializers.ListField(child=serializers.CharField())
    prompt_characters = serializers.IntegerField()
    settings = serializers.ListField(child=serializers.CharField())


class RouteShape(serializers.Serializer[Any]):
    """What one picture costs here, and if nobody can have it, why."""

    model = serializers.CharField()
    resolution = serializers.CharField()
    currency = serializers.CharField()
    unit_price = serializers.CharField(allow_null=True)
    open = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)


class HealthShape(serializers.Serializer[Any]):
    """Whether a provider is asked: one that failed too often is `open` until then, `half_open` while it is tried."""

    state = serializers.ChoiceField(sorted(Standing))
    reason = serializers.CharField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)


class MeasuredShape(serializers.Serializer[Any]):
    """What its latest orders came to, up to 200 of the last 24 hours; null before the first."""

    median_seconds = serializers.FloatField(allow_null=True)
    p95_seconds = serializers.FloatField(allow_null=True)
    success_rate = serializers.FloatField(allow_null=True)
    samples = serializers.IntegerField()


@extend_schema_serializer(component_name="Provider")
class ProviderShape(serializers.Serializer[Any]):
    """A provider."""

    object = serializers.CharField()
    name = serializers.CharField()
    enabled = serializers.BooleanField()
    health = HealthShape()
    measured = MeasuredShape()
    capabilities = CapabilitiesShape(many=True)
    routes = RouteShape(many=True)


class ProvidersShape(serializers.Serializer[Any]):
    """All providers: one page."""

    data = ProviderShape(many=True)  # type: ignore[assignment]
    next = serializers.CharField(allow_null=True)


@extend_schema_serializer(component_name="Balance")
class BalanceShape(serializers.Serializer[Any]):
    """Dollars as strings with six decimals; `spent` is all that was captured less what was refunded."""

    currency = serializers.CharField()
    available = serializers.CharField()
    held = serializers.CharField()
    spent = serializers.CharField()


class UploadShape(serializers.Serializer[Any]):
    """The form of `POST /images`."""

    file = serializers.FileField(help_text="JPEG, PNG, WebP, HEIC or AVIF, up to 25 MiB.")
    project = serializers.CharField(required=False)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer pnt_live_…`."""

    target_class = "editor.api.authentication.BearerAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Describe the header."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "pnt_live_… or pnt_test_…", "description": KEYS}
