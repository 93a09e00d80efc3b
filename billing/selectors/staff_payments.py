"""Payments of all workspaces, for staff."""

from django.db.models import Q, QuerySet

from billing.models import ParkedItem, Payment, Reversal, ReversalState

PAGE = 25
MOST_ITEMS = 100


def open_items() -> list[ParkedItem]:
    """List what does not fit and nobody has resolved, oldest first."""
    return list(ParkedItem.objects.filter(resolved_at=None).order_by("found_at")[:MOST_ITEMS])


def refunds_waiting() -> list[Reversal]:
    """List refunds that wait for a second person, oldest first."""
    waiting = Reversal.objects.filter(state=ReversalState.ASKED).order_by("id")
    return list(waiting.select_related("payment__workspace", "asked_by")[:MOST_ITEMS])


def payments_found(search: str) -> "QuerySet[Payment]":
    """List payments, newest first: those whose id, here or at Stripe, or workspace is looked for; else all."""
    found = Payment.objects.select_related("workspace").order_by("-id")
    search = search.strip().replace("\x00", "")
    if not search:
        return found
    return found.filter(Q(id=search) | Q(intent=search) | Q(workspace_id=search) | Q(workspace__name__icontains=search))
