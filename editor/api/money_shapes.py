"""Ledger, usage and budgets as JSON, and the same described for readers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from rest_framework import serializers

from billing.facade import BudgetUse, Dimension, Usage, WalletMovement
from billing.money import format_usd
from editor.api.shapes import CURRENCY, timestamp

KINDS = [
    "grant", "top_up", "plan", "capture", "refund", "take_back", "reinstate", "collect", "expiry", "correction",
]  # fmt: skip
SCOPES = ["workspace", "project", "member", "key"]
PERIODS = ["day", "month"]
GROUPS = {
    "day": Dimension.DAY, "provider": Dimension.PROVIDER, "model": Dimension.MODEL, "resolution": Dimension.RESOLUTION,
    "project": Dimension.PROJECT, "member": Dimension.MEMBER, "key": Dimension.KEY,
}  # fmt: skip
MOST_GROUPS = 2


class MovementShape(serializers.Serializer[Any]):
    """What came into the credit (above 0) or went out of it (below 0), once and for good."""

    id = serializers.CharField()
    object = serializers.CharField()
    kind = serializers.ChoiceField(KINDS, help_text="`capture` is a charge for pictures that arrived.")
    currency = serializers.CharField()
    amount = serializers.CharField(help_text="Dollars with six decimals, with a minus when they went out.")
    edit = serializers.CharField(allow_null=True, help_text="See `/edits/{id}/charge` for why.")
    payment = serializers.CharField(allow_null=True)
    memo = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class UsageSumsShape(serializers.Serializer[Any]):
    """Pictures that were charged, and dollars with six decimals."""

    pictures = serializers.IntegerField()
    charged = serializers.CharField(help_text="Taken on these days, as the ledger's `capture` entries say.")
    refunded = serializers.CharField(
        help_text="Given back on these days, whenever it was charged; with a minus where a refund was taken again."
    )
    spent = serializers.CharField(
        help_text="`charged` less `refunded`; below zero where more came back than was taken."
    )


class UsageRowShape(UsageSumsShape):
    """One combination; null where it is not grouped by that, or its edits had none."""

    day = serializers.DateField(allow_null=True)
    provider = serializers.CharField(allow_null=True)
    model = serializers.CharField(allow_null=True)
    resolution = serializers.CharField(allow_null=True)
    project = serializers.CharField(allow_null=True)
    member = serializers.CharField(allow_null=True)
    key = serializers.CharField(allow_null=True)


class _Span(serializers.Serializer[Any]):
    to = serializers.DateField()
    group_by = serializers.ListField(child=serializers.ChoiceField(list(GROUPS)))
    currency = serializers.CharField()
    total = UsageSumsShape()
    data = UsageRowShape(many=True)  # type: ignore[assignment]
    next = serializers.CharField(allow_null=True)


# `from` is a word of Python's.
UsageShape = type("UsageShape", (_Span,), {"from": serializers.DateField(), "__doc__": "Sums of days: one page."})


class BudgetShape(serializers.Serializer[Any]):
    """A limit and its use now: dollars as strings with six decimals."""

    id = serializers.CharField()
    object = serializers.CharField()
    scope = serializers.ChoiceField(SCOPES)
    target = serializers.CharField(allow_null=True)
    period = serializers.ChoiceField(PERIODS)
    currency = serializers.CharField()
    limit = serializers.CharField()
    held = serializers.CharField(help_text="For edits that run.")
    spent = serializers.CharField()
    approved = serializers.CharField(help_text="Let through above the limit.")
    left = serializers.CharField()
    approver = serializers.CharField(allow_null=True)
    starts_at = serializers.DateTimeField()
    whole_again_at = serializers.DateTimeField()


class BudgetsShape(serializers.Serializer[Any]):
    """All budgets: one page."""

    data = BudgetShape(many=True)  # type: ignore[assignment]
    next = serializers.CharField(allow_null=True)


def movement_json(row: WalletMovement) -> dict[str, Any]:
    """Write a movement."""
    return {
        "id": row.transfer,
        "object": "ledger_entry",
        "kind": row.kind,
        "currency": CURRENCY,
        "amount": format_usd(row.amount),
        "edit": row.reference if row.reference.startswith("edt_") else None,
        "payment": row.reference if row.reference.startswith("pay_") else None,
        "memo": row.memo,
        "created_at": timestamp(row.at),
    }


def usage_json(*, since: date, until: date, by: Sequence[Dimension], rows: Sequence[Usage]) -> dict[str, Any]:
    """Write sums and their total; without groups there is one row."""
    names = [name for name, dimension in GROUPS.items() for one in by if one is dimension]
    places = {name: by.index(GROUPS[name]) for name in names}
    return {
        "from": since.isoformat(),
        "to": until.isoformat(),
        "group_by": [dimension.name.lower() for dimension in by],
        "currency": CURRENCY,
        "total": _sums(rows),
        "data": [
            {name: (row.of[places[name]] or None) if name in places else None for name in GROUPS} | _sums([row])
            for row in rows
        ],
        "next": None,
    }


def budget_json(budget: BudgetUse) -> dict[str, Any]:
    """Write a budget with its use."""
    return {
        "id": budget.id,
        "object": "budget",
        "scope": budget.scope,
        "target": budget.target or None,
        "period": budget.period,
        "currency": CURRENCY,
        "limit": format_usd(budget.limit),
        "held": format_usd(budget.held),
        "spent": format_usd(budget.spent),
        "approved": format_usd(budget.approved),
        "left": format_usd(budget.left),
        "approver": budget.approver or None,
        "starts_at": timestamp(datetime.combine(budget.starts, time(), UTC)),
        "whole_again_at": timestamp(datetime.combine(budget.whole_on, time(), UTC)),
    }


def _sums(rows: Sequence[Usage]) -> dict[str, Any]:
    return {
        "pictures": sum(row.pictures for row in rows),
        "charged": format_usd(sum(row.charged for row in rows)),
        "refunded": format_usd(sum(row.refunded for row in rows)),
        "spent": format_usd(sum(row.spent for row in rows)),
    }
