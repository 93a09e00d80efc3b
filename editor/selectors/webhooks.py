"""Reads of endpoints and of what was sent to them, each starting from the workspace."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.ids import may_be_id
from editor.errors import NotFound
from editor.models import Delivery, DeliveryTry, Endpoint

PAGE = 25
OF_EDITS = "edits"  # names, in an address, the endpoint that stands for the `webhook_url` of edits


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, newest first, and the id that those on the next page are older than."""

    deliveries: list[Delivery]
    older: str | None


def endpoints_of(workspace_id: str) -> "QuerySet[Endpoint]":
    """Find all endpoints of a workspace, newest first, the one of its edits among them."""
    return Endpoint.objects.filter(workspace_id=workspace_id).order_by("-id")


def endpoint_of(*, workspace_id: str, endpoint_id: str) -> Endpoint:
    """Find an endpoint of the workspace; raises NotFound for a missing or foreign id."""
    named = Q(url="") if endpoint_id == OF_EDITS else Q(id=endpoint_id)
    found = endpoints_of(workspace_id).filter(named).first() if may_be_id(endpoint_id) else None
    if found is None:
        raise NotFound("There is no such webhook endpoint in this workspace.")
    return found


def deliveries_of(endpoint: Endpoint) -> "QuerySet[Delivery]":
    """Find what was and will be sent to an endpoint, with every try, in three queries however many."""
    log: Prefetch[Any, Any, Any] = Prefetch("log", DeliveryTry.objects.order_by("id"))
    return Delivery.objects.filter(endpoint=endpoint).select_related("event").prefetch_related(log).order_by("-id")


def delivery_page(endpoint: Endpoint, *, before: str = "") -> DeliveryPage:
    """Read a page of the log of an endpoint."""
    found = deliveries_of(endpoint)
    if before and may_be_id(before):
        found = found.filter(id__lt=before)
    rows = list(found[: PAGE + 1])
    return DeliveryPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
