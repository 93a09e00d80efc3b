"""What a workspace has paid and is to pay, and what staff must look at."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from billing.models import AutoTopUp, Customer, ParkedItem, Payment, PaymentState, Purpose, StripeEvent, Subscription

PAGE = 25
STUCK_FOR = timedelta(hours=1)
LIVE = ("active", "trialing", "past_due", "unpaid", "paused", "incomplete")


@dataclass(frozen=True, slots=True)
class Automatic:
    """How a workspace is topped up by itself.

    `in_flight` is a payment on its way, `unpaid` the last one if its bank wanted to be asked, `spent` the month's sum.
    """

    terms: AutoTopUp | None
    card: str
    in_flight: Payment | None
    unpaid: Payment | None
    spent: int


def payments_of(workspace_id: str) -> "QuerySet[Payment]":
    """List a workspace's payments, newest first; what was started and never paid counts while it still may be."""
    left = Q(state=PaymentState.STARTED, created_at__lt=timezone.now() - timedelta(days=1))
    return Payment.objects.filter(workspace_id=workspace_id).exclude(left).order_by("-id")


def plan_of(workspace_id: str) -> Subscription | None:
    """Give the plan that a workspace is on."""
    return Subscription.objects.filter(workspace_id=workspace_id, status__in=LIVE).select_related("plan").first()


def automatic_of(workspace_id: str) -> Automatic:
    """Tell how a workspace is topped up by itself."""
    month = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    mine = Payment.objects.filter(workspace_id=workspace_id, purpose=Purpose.AUTOMATIC)
    counted = mine.filter(created_at__gte=month).filter(state__in=[PaymentState.STARTED, PaymentState.SUCCEEDED])
    last = mine.order_by("-id").first()
    return Automatic(
        terms=AutoTopUp.objects.filter(workspace_id=workspace_id).first(),
        card=Customer.objects.filter(workspace_id=workspace_id).values_list("card", flat=True).first() or "",
        unpaid=last if last and last.state == PaymentState.NEEDS_ACTION else None,
        in_flight=mine.filter(state=PaymentState.STARTED).first(),
        spent=sum(counted.values_list("amount", flat=True)),
    )


def payment_worries() -> list[tuple[str, str]]:
    """Name what staff must look at, each as subject and words: parked items, and events that nobody could handle."""
    parked = ParkedItem.objects.filter(resolved_at=None).order_by("found_at")
    worries = [(item.stripe_id, item.why) for item in parked[:100]]
    stuck = StripeEvent.objects.filter(handled_at=None, received_at__lt=timezone.now() - STUCK_FOR).count()
    if stuck:
        worries.append(("events", f"Events of Stripe's that wait for more than an hour: {stuck}."))
    return worries
