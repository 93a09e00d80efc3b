"""Write down what customers are to be told, in the transaction in which it happens: the outbox of webhooks."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from billing.facade import BudgetStep, LowCredit
from billing.money import format_usd
from editor.egress import place_of
from editor.models import Delivery, Edit, Endpoint, Event
from editor.webhook_rules import EventType

TARGET_CHARACTERS = 300


def note_edit_end(edit: Edit) -> None:
    """Have the end of an edit told; the caller ends it in the same transaction. One query when nobody listens."""
    kind = EventType(f"edit.{edit.status}")
    told = Q(events__contains=kind.value, disabled_at=None) & ~Q(url="")
    if edit.webhook_url:
        told |= Q(url="")
    _tell(told, Event(workspace_id=edit.workspace_id, type=kind, edit=edit), url=edit.webhook_url)


def note_low_credit(*, workspace_id: str, low: LowCredit) -> None:
    """Have it told that credit has become low; the caller holds it in the same transaction."""
    data = {"currency": "USD", "available": format_usd(low.available), "below": format_usd(low.below)}
    kind = EventType.CREDIT_LOW
    told = Q(events__contains=kind.value, disabled_at=None) & ~Q(url="")
    _tell(told, Event(workspace_id=workspace_id, type=kind, data=data))


def note_budget(*, workspace_id: str, step: BudgetStep) -> None:
    """Have it told that a budget is used to so many per cent; the caller holds in the same transaction."""
    data = {
        "currency": "USD", "budget": step.budget, "percent": step.percent, "limit": format_usd(step.limit),
        "used": format_usd(step.used),
    }  # fmt: skip
    kind = EventType.BUDGET_USED
    told = Q(events__contains=kind.value, disabled_at=None) & ~Q(url="")
    _tell(told, Event(workspace_id=workspace_id, type=kind, data=data))


def note_test(*, endpoint: Endpoint, data: dict[str, Any]) -> Delivery:
    """Have a test sent to one endpoint."""
    event = Event(workspace_id=endpoint.workspace_id, type=EventType.TEST, data=data)
    (delivery,) = _tell(Q(id=endpoint.id), event)
    return delivery


def _tell(told: Q, event: Event, *, url: str = "") -> list[Delivery]:
    endpoints = list(Endpoint.objects.filter(told, workspace_id=event.workspace_id).values_list("id", "url"))
    if not endpoints:
        return []
    with transaction.atomic():
        event.save(force_insert=True)
        return Delivery.objects.bulk_create(
            Delivery(
                workspace_id=event.workspace_id,
                endpoint_id=endpoint_id,
                event=event,
                url="" if own else url,
                target=endpoint_id if own else _receiver(endpoint_id, url),
                due_at=Now(),
            )
            for endpoint_id, own in endpoints
        )


def _receiver(endpoint_id: str, url: str) -> str:
    """Name the receiver of an edit's own URL: many addresses of one host are one receiver."""
    return f"{endpoint_id} {place_of(url)}"[:TARGET_CHARACTERS]
