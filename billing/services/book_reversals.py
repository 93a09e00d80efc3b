"""Book what went back of a payment: refunds and disputes, as they stand at Stripe, in any order and number."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from accounts.services.record_audit import SYSTEM, record_audit
from billing.ledger import add_credit, take_back
from billing.models import Payment, PaymentState, Reversal, ReversalKind, ReversalState, TransferKind
from billing.money import format_short
from billing.services.park import park
from billing.services.top_up_amounts import CENT
from billing.stripe_facts import Dispute, Refund

FAILED = {"failed", "canceled"}
CONTESTED = {"needs_response", "under_review", "lost"}  # the bank has the money; a warning is only a question
WON = {"won", "prevented"}


@dataclass(frozen=True, slots=True)
class _Now:
    """Where something is at Stripe: money is `gone`, or it came back, or neither."""

    gone: bool
    returned: bool
    why: str


def book_reversals(payment: Payment, *, refunds: Iterable[Refund], disputes: Iterable[Dispute]) -> None:
    """Take back what went back, give back what came again. In the caller's transaction, which has locked the payment.

    What was given back once stays so: an older answer of Stripe's changes nothing.
    """
    if payment.state != PaymentState.SUCCEEDED:
        return
    for refund in refunds:
        if _fits(payment, refund):
            failed = refund.status in FAILED
            is_now = _Now(gone=not failed, returned=failed, why="refunded at Stripe")
            _settle(payment, ReversalKind.REFUND, refund, _row_of(payment, refund), is_now)
    for dispute in disputes:
        if _fits(payment, dispute):
            is_now = _Now(dispute.status in CONTESTED, dispute.status in WON, dispute.reason)
            row = Reversal.objects.filter(stripe_id=dispute.id).first()
            _settle(payment, ReversalKind.DISPUTE, dispute, row, is_now)
    add_up(payment)


def take(reversal: Reversal) -> None:
    """Take a reversal's credit from the wallet; what is spent already is owed."""
    payment = reversal.payment
    take_back(
        workspace_id=payment.workspace_id,
        amount=reversal.credit,
        paid=reversal.amount,
        key=reversal.id,
        reference=payment.id,
        memo=f"{reversal.kind} of a payment",
    )


def give_back(reversal: Reversal) -> None:
    """Give a reversal's credit back: the refund failed, or the dispute was won. Final."""
    payment = reversal.payment
    add_credit(
        kind=TransferKind.REINSTATE,
        workspace_id=payment.workspace_id,
        amount=reversal.credit,
        paid=reversal.amount,
        key=reversal.id,
        reference=payment.id,
        memo=f"{reversal.kind} that came back",
    )
    reversal.state = ReversalState.RETURNED
    reversal.save(update_fields=["state"])


def credit_of(payment: Payment, amount: int) -> int:
    """Give the credit that goes with so much of a payment: a plan may have granted more than was paid."""
    return max(1, amount * payment.credit // payment.amount)


def _fits(payment: Payment, found: Refund | Dispute) -> bool:
    known = Reversal.objects.filter(stripe_id=found.id).select_related("payment").first()
    if found.currency != "usd" or found.cents <= 0:
        park(found.id, f"It is in {found.currency}, of {found.cents}.", {"payment": payment.id})
    elif known is not None and (known.payment_id, known.amount) != (payment.id, found.cents * CENT):
        park(found.id, "It was another amount, or another payment's, before.", {"payment": payment.id})
    else:
        return True
    return False


def _row_of(payment: Payment, refund: Refund) -> Reversal | None:
    """Find the row of a refund: by Stripe's id, or, the first time, by the id of ours that we sent along.

    Not one whose credit was given back since: what was sent after all is taken once more, by a row of its own.
    """
    return (
        Reversal.objects.filter(stripe_id=refund.id).first()
        or Reversal.objects.filter(
            id=refund.ours,
            payment=payment,
            stripe_id="",
            kind=ReversalKind.REFUND,
            state=ReversalState.TAKEN,
            amount=refund.cents * CENT,
        ).first()
    )


def _settle(payment: Payment, kind: ReversalKind, found: Refund | Dispute, row: Reversal | None, is_now: _Now) -> None:
    if row is None:
        if not is_now.gone:
            return
        row = _open(payment, kind, found, is_now.why)
    elif not row.stripe_id:
        row.stripe_id, row.state, row.at = found.id, ReversalState.SENT, found.created
        row.save(update_fields=["stripe_id", "state", "at"])
    if is_now.returned and row.state != ReversalState.RETURNED:
        give_back(row)
        _note(payment, row, "returned")


def _open(payment: Payment, kind: ReversalKind, found: Refund | Dispute, why: str) -> Reversal:
    row = Reversal.objects.create(
        payment=payment,
        kind=kind,
        amount=found.cents * CENT,
        credit=credit_of(payment, found.cents * CENT),
        state=ReversalState.SENT,
        stripe_id=found.id,
        reason=why[:300],
        at=found.created,
    )
    take(row)
    _note(payment, row, "taken_back")
    return row


def _note(payment: Payment, row: Reversal, what: str) -> None:
    record_audit(
        workspace_id=payment.workspace_id,
        action=f"payment.{what}",
        by=SYSTEM,
        target=payment.id,
        target_name=f"${format_short(row.amount)}",
        note=f"{row.kind}: {row.reason}",
    )


def add_up(payment: Payment) -> None:
    """Note on a payment how much of it went back."""
    live = Reversal.objects.filter(payment=payment, state__in=[ReversalState.TAKEN, ReversalState.SENT])
    sums = {kind: amount for kind, amount in live.values_list("kind").annotate(Sum("amount")).order_by()}  # noqa: C416
    payment.refunded = min(payment.amount, sums.get(ReversalKind.REFUND, 0))
    payment.disputed = sums.get(ReversalKind.DISPUTE, 0)
    payment.save(update_fields=["refunded", "disputed"])
