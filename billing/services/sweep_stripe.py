"""Compare Stripe with our books every hour: book what was missed, and park what cannot be explained."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from billing import stripe_api
from billing.errors import NotAtStripe, StripeRefused
from billing.models import (
    ParkedItem,
    Payment,
    PaymentState,
    Reversal,
    ReversalKind,
    ReversalState,
    StripeSweep,
    Subscription,
)
from billing.services.any_of import any_of
from billing.services.book_reversals import FAILED
from billing.services.park import park
from billing.services.settle_checkout import settle_checkout
from billing.services.settle_invoice import settle_invoice
from billing.services.settle_payment import settle_payment
from billing.services.settle_subscription import OVER, settle_subscription
from billing.services.top_up_amounts import CENT
from billing.stripe_facts import Dispute, Intent, Invoice, Refund

log = structlog.get_logger(__name__)
OVERLAP = timedelta(hours=26)  # a Checkout lasts a day, and may be paid at its end
FIRST = timedelta(days=30)
LATE = ("past_due", "unpaid", "incomplete")  # a month is not paid yet: Stripe tries its old invoice for weeks
OPEN_FOR = timedelta(minutes=10)  # events come within seconds
Movement = tuple[set[str], datetime, int]  # whom it is about at Stripe, when, and µ$


def sweep_stripe(*, open_for: timedelta = OPEN_FOR) -> StripeSweep:
    """List what was made at Stripe since 26 hours before the last sweep, and ask about all that is open with us.

    What is younger than `open_for` is left to its events. Safe to repeat. Raises what `stripe_api` does: look again.
    """
    began, last = timezone.now(), StripeSweep.objects.order_by("-began_at").first()
    since = (last.began_at - OVERLAP) if last else (began - FIRST)
    parked, until = ParkedItem.objects.count(), began - open_for
    intents, refunds = stripe_api.list_intents(since=since), stripe_api.list_refunds(since=since)
    disputes, invoices = stripe_api.list_disputes(since=since), stripe_api.list_invoices(since=since)
    for late in Subscription.objects.filter(status__in=LATE).values_list("stripe_id", flat=True):
        invoices += stripe_api.list_invoices(since=began - FIRST, subscription=late)
    repaired = _settle_all(settle_payment, "intent_id", _missed_payments(intents, refunds, disputes))
    repaired += _settle_all(settle_invoice, "invoice_id", _missed_invoices(invoices))
    _settle_open(began, until)
    older = _park_unknown({one.id for one in intents}, since=since, until=until)
    differences = _differences([*intents, *older], refunds, since=since, until=until)
    for day, difference in differences.items():
        park(f"difference:{day}", f"Stripe has {difference} µ$ more than our books for that day.", {"since": day})
    return StripeSweep.objects.create(
        since=since,
        began_at=began,
        looked_at=len(intents) + len(refunds) + len(disputes) + len(invoices),
        repaired=repaired,
        parked=ParkedItem.objects.count() - parked,
        differences=differences,
    )


def _missed_payments(
    intents: Iterable[Intent], refunds: Iterable[Refund], disputes: Iterable[Dispute]
) -> dict[str, None]:
    """Name the payments that are otherwise at Stripe than in our books, each once, in Stripe's order."""
    mine = Payment.objects.filter(intent__in=any_of(one.id for one in intents))
    ours = dict(mine.values_list("intent", "state"))
    backwards: list[Refund | Dispute] = [*refunds, *disputes]
    listed = {one.id for one in (*intents, *backwards)} | {one.intent for one in backwards}
    parked = set(ParkedItem.objects.filter(stripe_id__in=any_of(listed)).values_list("stripe_id", flat=True))
    known = Reversal.objects.filter(stripe_id__in=any_of(one.id for one in backwards))
    back = dict(known.values_list("stripe_id", "state"))
    missed: dict[str, None] = {}
    for intent in intents:
        is_booked = ours.get(intent.id) == PaymentState.SUCCEEDED
        if intent.status == "succeeded" and not is_booked and intent.id not in parked:
            missed[intent.id] = None
    for refund in refunds:
        wanted = ReversalState.RETURNED if refund.status in FAILED else ReversalState.SENT
        if _differs(back.get(refund.id), wanted) and refund.intent not in parked and refund.id not in parked:
            missed[refund.intent] = None
    for dispute in disputes:
        wanted = ReversalState.RETURNED if dispute.status in ("won", "prevented") else ReversalState.SENT
        is_question = dispute.status.startswith("warning")
        if not is_question and _differs(back.get(dispute.id), wanted) and dispute.intent not in parked:
            missed[dispute.intent] = None
    missed.pop("", None)
    return missed


def _missed_invoices(invoices: Iterable[Invoice]) -> list[str]:
    """Name the paid invoices that are not in our books, each once."""
    paid = {one.id for one in invoices if one.cents}
    return sorted(paid - set(Payment.objects.filter(invoice__in=any_of(paid)).values_list("invoice", flat=True)))


def _differs(ours: str | None, wanted: str) -> bool:
    """Tell whether a reversal is not where Stripe has it; what failed before we heard of it is nothing to us."""
    return ours != wanted and not (ours is None and wanted == ReversalState.RETURNED)


def _settle_all(settle: Callable[..., str], name: str, ids: Iterable[str]) -> int:
    """Settle each, and count those that are booked now; one that fails does not keep the others waiting."""
    done = 0
    for one in ids:
        try:
            outcome = settle(**{name: one})
        except (NotAtStripe, StripeRefused) as error:
            outcome = park(one, f"Stripe would not say what it is: {error}")
        log.warning("stripe_sweep_settled", id=one, outcome=outcome)
        done += not outcome.startswith("parked")
    return done


def _settle_open(now: datetime, until: datetime) -> None:
    """Ask again about all that is open with us: its events may be lost, and it may be older than what is listed."""
    waiting = Payment.objects.filter(state=PaymentState.STARTED, created_at__lt=until, created_at__gt=now - FIRST)
    _settle_all(settle_payment, "intent_id", list(waiting.exclude(intent="").values_list("intent", flat=True)))
    sessions = waiting.filter(intent="").exclude(session="")
    _settle_all(settle_checkout, "session_id", list(sessions.values_list("session", flat=True)))
    contested = Reversal.objects.filter(kind=ReversalKind.DISPUTE, state=ReversalState.SENT, at__gt=now - 6 * FIRST)
    _settle_all(settle_payment, "intent_id", set(contested.values_list("payment__intent", flat=True)))
    ended = Subscription.objects.exclude(status__in=OVER).filter(Q(period_end=None) | Q(period_end__lt=now))
    _settle_all(settle_subscription, "subscription_id", list(ended.values_list("stripe_id", flat=True)))


def _park_unknown(listed: set[str], *, since: datetime, until: datetime) -> list[Intent]:
    """Park what we have granted and Stripe does not know; gives what was made before `since` and paid after it."""
    granted = Payment.objects.filter(state=PaymentState.SUCCEEDED, paid_at__gte=since, paid_at__lt=until)
    older = []
    for intent in granted.exclude(intent__in=any_of(listed)).values_list("intent", flat=True):
        try:
            found = stripe_api.fetch_intent(intent)
        except NotAtStripe:
            park(intent, "We granted credit for it, and Stripe does not know it.")
        else:
            older.append(found)
            if found.status != "succeeded":
                park(intent, f"We granted credit for it, and at Stripe it is {found.status}.")
    return older


def _differences(
    intents: Iterable[Intent], refunds: Iterable[Refund], *, since: datetime, until: datetime
) -> dict[str, int]:
    """Sum up each day: paid less refunded at Stripe, less what our books have of it. Only days with a difference.

    What is parked is explained by that; what is younger than a few minutes may be on its way.
    """
    moved = [one for one in (*_theirs(intents, refunds), *_ours(since)) if since <= one[1] < until]
    names = any_of({name for about, _, _ in moved for name in about})
    parked = set(ParkedItem.objects.filter(stripe_id__in=names).values_list("stripe_id", flat=True))
    days: Counter[str] = Counter()
    for about, at, amount in moved:
        if parked.isdisjoint(about):
            days[f"{at.astimezone(UTC):%Y-%m-%d}"] += amount
    return {day: difference for day, difference in sorted(days.items()) if difference}


def _theirs(intents: Iterable[Intent], refunds: Iterable[Refund]) -> Iterator[Movement]:
    for intent in intents:
        if intent.status == "succeeded":
            yield {intent.id}, intent.paid_at or intent.created, intent.received * CENT
    for refund in refunds:
        if refund.status not in FAILED:
            yield {refund.id, refund.intent}, refund.created, -refund.cents * CENT


def _ours(since: datetime) -> Iterator[Movement]:
    """Give the same of our books, with the other sign."""
    paid = Payment.objects.filter(state=PaymentState.SUCCEEDED, paid_at__gte=since)
    for intent, paid_at, amount in paid.values_list("intent", "paid_at", "amount"):
        if paid_at is not None:
            yield {intent}, paid_at, -amount
    back = Reversal.objects.filter(kind=ReversalKind.REFUND, state=ReversalState.SENT, at__gte=since)
    for refund, intent, at, amount in back.values_list("stripe_id", "payment__intent", "at", "amount"):
        if at is not None:
            yield {refund, intent}, at, amount
