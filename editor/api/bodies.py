"""What the API takes: one serializer for each body, built once and used by all requests."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError

from editor.api.fields import Choice, Dollars, Number, Text, Whole, YesNo
from editor.domain import (
    AUTO,
    DEADLINE_SECONDS,
    DEFAULT_DEADLINE_SECONDS,
    IMAGES_PER_EDIT,
    MATCH_INPUT,
    OUTPUTS_PER_EDIT,
    PROMPT_CHARACTERS,
    RATIOS,
    EditRequest,
    Model,
    Resolution,
    Strategy,
)
from editor.models.webhook import URL_CHARACTERS
from editor.project_names import NAME_CHARACTERS
from editor.providers.registry import PROVIDERS
from editor.quotes import CHARACTERS

METADATA_KEYS = 20
METADATA_KEY_CHARACTERS = 40
METADATA_VALUE_CHARACTERS = 500
SEEDS = range(2**31)
GUIDANCE = (1, 10)
SOURCE = re.compile(r"img_[0-9a-z]{1,36}\Z|(?i:https?://|data:)")


class Body(serializers.Serializer[Any]):
    """A JSON object with only the fields it knows."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuse `null` like everything else that is no object."""
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object.")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        """Check every field; an unknown one is named, not ignored."""
        for name in data:
            if name not in self.fields:
                raise serializers.ValidationError({name[:40]: ["is not a field here."]})
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": "^(img_[0-9a-z]{1,36}$|[hH][tT][tT][pP][sS]?://|[dD][aA][tT][aA]:)"})
class ImageSource(serializers.Field[str, str, str, Any]):
    """Where a picture is: an image id, an http(s) URL or a data URI. It may be megabytes long."""

    def to_internal_value(self, data: Any) -> str:
        """Take the string, or say what it should be."""
        if not isinstance(data, str) or not SOURCE.match(data):
            raise serializers.ValidationError("must be an image id, an http(s) URL or a data: URI.")
        return data


class Metadata(serializers.DictField):
    """Strings of the caller's own, kept with the edit."""

    child = Text(allow_blank=True, trim_whitespace=False, max_length=METADATA_VALUE_CHARACTERS)
    key = Text(max_length=METADATA_KEY_CHARACTERS, trim_whitespace=False)
    default_error_messages = {"not_a_dict": "must be an object of strings."}

    def to_internal_value(self, data: Any) -> Any:
        """Count keys and measure them, then check the values."""
        if isinstance(data, dict):
            if len(data) > METADATA_KEYS:
                raise serializers.ValidationError(f"takes at most {METADATA_KEYS} keys.")
            for name in data:
                self.key.run_validation(name)
        return super().to_internal_value(data)


class QuoteBody(Body):
    """The body of `POST /quotes`: all that decides what an edit costs and who can do it."""

    prompt = Text(
        max_length=PROMPT_CHARACTERS,
        allow_null=True,
        default=None,
        help_text="Without it the quote holds for any prompt, with the providers that take one so long.",
    )
    images = serializers.ListField(
        child=ImageSource(),
        min_length=1,
        max_length=IMAGES_PER_EDIT,
        help_text="1 to 14 pictures in the order the prompt counts them: image ids, http(s) URLs or data URIs.",
        error_messages={
            "not_a_list": "must be a list of images.",
            "empty": "must not be empty.",
            "min_length": f"takes 1 to {IMAGES_PER_EDIT} images.",
            "max_length": f"takes 1 to {IMAGES_PER_EDIT} images.",
        },
    )
    model = Choice([model.value for model in Model], default=Model.SEEDREAM_45.value)
    aspect_ratio = Choice([MATCH_INPUT, *RATIOS], default=MATCH_INPUT)
    resolution = Choice([size.value for size in Resolution], default=Resolution.TWO_K.value)
    n = Whole(min_value=1, max_value=OUTPUTS_PER_EDIT, default=1, help_text="How many pictures are asked for.")
    provider = Choice([AUTO, *PROVIDERS], default=AUTO)
    strategy = Choice([strategy.value for strategy in Strategy], default=Strategy.CHEAPEST.value)
    seed = Whole(min_value=SEEDS[0], max_value=SEEDS[-1], allow_null=True, default=None)
    guidance_scale = Number(min_value=GUIDANCE[0], max_value=GUIDANCE[1], allow_null=True, default=None)
    watermark = YesNo(allow_null=True, default=None)
    max_price_usd = Dollars(allow_null=True, default=None, help_text="Refuse when it could cost more.")


class EditBody(QuoteBody):
    """The body of `POST /edits`."""

    prompt = Text(max_length=PROMPT_CHARACTERS)
    quote = Text(
        max_length=CHARACTERS,
        allow_null=True,
        default=None,
        help_text="The id of a quote for this very request: it costs no more than that, and only those in the quote's "
        "route are asked. What is no part of a quote may differ.",
    )
    project = Text(max_length=40, allow_null=True, default=None, help_text="Without it: the default project.")
    deadline_seconds = Whole(
        min_value=DEADLINE_SECONDS[0], max_value=DEADLINE_SECONDS[-1], default=DEFAULT_DEADLINE_SECONDS
    )
    webhook_url = Text(
        max_length=URL_CHARACTERS,
        allow_null=True,
        default=None,
        help_text="https, at a public address: told how the edit ends, signed with the workspace's secret for edits.",
    )
    metadata = Metadata(required=False, help_text="At most 20 keys of 40 characters, values of 500.")


class ProjectBody(Body):
    """The body of `POST /projects`."""

    name = Text(max_length=NAME_CHARACTERS)


EDIT = EditBody()
QUOTE = QuoteBody()
PROJECT = ProjectBody()


def read_edit(data: Any) -> EditRequest:
    """Read the body of an edit; `images` are still ids, URLs and data URIs. Raises ValidationError, ParseError."""
    fields = EDIT.run_validation(data)
    return replace(
        _asked(fields),
        deadline_seconds=fields["deadline_seconds"],
        project=fields["project"],
        metadata=fields.get("metadata", {}),
        webhook_url=fields["webhook_url"] or "",
        quote=fields["quote"] or "",
    )


def read_quote(data: Any) -> EditRequest:
    """Read the body of a quote; without a prompt it is empty. Raises ValidationError, ParseError."""
    return _asked(QUOTE.run_validation(data))


def _asked(fields: Mapping[str, Any]) -> EditRequest:
    return EditRequest(
        prompt=fields["prompt"] or "",
        images=tuple(fields["images"]),
        model=Model(fields["model"]),
        aspect_ratio=fields["aspect_ratio"],
        resolution=Resolution(fields["resolution"]),
        n=fields["n"],
        provider=fields["provider"],
        strategy=Strategy(fields["strategy"]),
        seed=fields["seed"],
        guidance_scale=fields["guidance_scale"],
        watermark=fields["watermark"],
        max_price=fields["max_price_usd"],
    )


def read_project_name(data: Any) -> str:
    """Read the body of a project. Raises ValidationError, ParseError."""
    name: str = PROJECT.run_validation(data)["name"]
    return name
