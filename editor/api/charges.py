"""The JSON of a charge, and its description for readers."""

from typing import Any

from rest_framework import serializers

from billing.money import format_usd
from editor.api.shapes import CURRENCY, timestamp
from editor.models import Output
from editor.selectors.charge import Charge, Told
from editor.selectors.charge_words import ending, verdict


def charge_json(charge: Charge) -> dict[str, Any]:
    """Write why an edit was charged what it was. What it costs us is no part of it."""
    edit, story = charge.edit, charge.story
    return {
        "object": "charge",
        "edit": edit.id,
        "currency": CURRENCY,
        "quoted": format_usd(edit.quoted),
        "quoted_at": timestamp(edit.quoted_at or edit.created_at),
        "on_hold": format_usd(story.on_hold),
        "charged": format_usd(story.charged),
        "why": verdict(charge),
        "attempts": [_told(told) for told in charge.attempts],
        "ledger": [
            {
                "at": timestamp(line.at),
                "kind": line.kind,
                "amount": format_usd(line.amount),
                "transfer": line.transfer or None,
                "memo": line.memo or None,
            }
            for line in story.lines
        ],
    }


def _told(told: Told) -> dict[str, Any]:
    return {
        "provider": told.attempt.provider,
        "outcome": ending(told),
        "job": told.attempt.ticket or None,
        "started_at": timestamp(told.attempt.started_at),
        "finished_at": timestamp(told.attempt.finished_at),
        "unit_price": format_usd(told.price),
        "sum": format_usd(told.sum),
        "pictures": [_picture(output) for output in told.outputs],
    }


def _picture(output: Output) -> dict[str, Any]:
    return {
        "id": output.image_id,
        "late": output.late,
        "bytes": output.image.bytes,
        "sha256": output.image.sha256,
        "stored_at": timestamp(output.image.created_at),
    }


class ProofShape(serializers.Serializer[Any]):
    """A picture that arrived: the SHA-256 is of the file as it came. A late one is free."""

    id = serializers.CharField()
    late = serializers.BooleanField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    stored_at = serializers.DateTimeField()


class ToldShape(serializers.Serializer[Any]):
    """Who was asked, how it ended, and what its pictures in time came to; `job` is the provider's id."""

    provider = serializers.CharField()
    outcome = serializers.CharField()
    job = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    unit_price = serializers.CharField()
    sum = serializers.CharField()
    pictures = ProofShape(many=True)


class LineShape(serializers.Serializer[Any]):
    """An amount that was set aside or taken (negative), or that came back."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(
        ["held", "capture", "rest", "released", "expired", "refund", "correction"],
        help_text="`rest` is what a capture left of the hold. `held`, `rest`, `released`, `expired` charge nothing.",
    )
    amount = serializers.CharField()
    transfer = serializers.CharField(allow_null=True, help_text="The entry's id in the ledger.")
    memo = serializers.CharField(allow_null=True)


class ChargeShape(serializers.Serializer[Any]):
    """Why an edit was charged what it was. `charged` is what was taken less what was given back since."""

    object = serializers.CharField()
    edit = serializers.CharField()
    currency = serializers.CharField()
    quoted = serializers.CharField()
    quoted_at = serializers.DateTimeField()
    on_hold = serializers.CharField()
    charged = serializers.CharField()
    why = serializers.CharField(help_text="In plain words.")
    attempts = ToldShape(many=True)
    ledger = LineShape(many=True)
