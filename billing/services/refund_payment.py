"""Pay a customer back: first the credit is taken from the wallet, then the money goes back to the card."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models.functions import Now

from accounts.errors import InvalidInput, NotFound
from accounts.services.record_audit import By, record_audit
from billing import stripe_api
from billing.errors import NotAtStripe, StripeOff, StripeRefused, StripeUnreachable
from billing.models import Payment, PaymentState, Reversal, ReversalKind, ReversalState
from billing.money import format_short
from billing.services.book_reversals import add_up, credit_of, give_back, take
from billing.services.second_person import needs_second
from billing.services.settle_payment import settle_payment
from billing.services.top_up_amounts import CENT

log = structlog.get_logger(__name__)
SHORTEST_REASON = 5


def refund_payment(*, payment_id: str, amount: int, key: str, reason: str, by: By) -> Reversal:
    """Refund so much of a payment, in whole cents, and say where it is: sent, or only taken while Stripe is away.

    Once for each `key`, which is the refund's id: what was asked for before is given as it is now. Where more than
    CORRECTION_LIMIT_USD of a payment would go back so, it is only asked for: a second person decides.
    Raises NotFound, InvalidInput for what cannot be refunded, StripeOff, and StripeRefused: then the credit is given
    back again.
    """
    if not stripe_api.is_on():
        raise StripeOff
    reversal = _ask(payment_id, amount, key, " ".join(reason.replace("\x00", "").split()), by)
    return send_or_wait(reversal) if reversal.state == ReversalState.TAKEN else reversal


@transaction.atomic
def _ask(payment_id: str, amount: int, key: str, reason: str, by: By) -> Reversal:
    payment = Payment.objects.select_for_update().filter(id=payment_id).first()
    if payment is None:
        raise NotFound("There is no such payment.")
    before = Reversal.objects.filter(id=key).first()
    if before is not None:
        if (before.payment_id, before.amount) != (payment.id, amount):
            raise InvalidInput("This form was sent before, for something else. Ask again.", param="amount")
        return before
    check_left(payment, amount)
    if len(reason) < SHORTEST_REASON:
        raise InvalidInput("Say why, in a few words.", param="reason")
    reversal = Reversal.objects.create(
        id=key,
        payment=payment,
        kind=ReversalKind.REFUND,
        amount=amount,
        credit=credit_of(payment, amount),
        state=ReversalState.ASKED,
        reason=reason[:300],
        asked_by_id=by.staff_id or by.user_id or None,
    )
    if not needs_second(payment.refunded + amount):
        take_refund(reversal, by=by)
    return reversal


def check_left(payment: Payment, amount: int) -> None:
    """Raise InvalidInput unless so much of a payment, which the caller has locked, is left to be refunded."""
    left = payment.amount - payment.refunded - payment.disputed
    if payment.state != PaymentState.SUCCEEDED or not 0 < amount <= left or amount % CENT:
        raise InvalidInput(
            f"What can be refunded of this payment is up to ${format_short(max(0, left))}, in whole cents.",
            param="amount",
        )


def take_refund(reversal: Reversal, *, by: By) -> None:
    """Take what was asked for from the wallet, in the caller's transaction, which has locked the payment."""
    payment = reversal.payment
    reversal.state = ReversalState.TAKEN
    reversal.save(update_fields=["state"])
    take(reversal)
    add_up(payment)
    record_audit(
        workspace_id=payment.workspace_id,
        action="payment.refunded",
        by=by,
        target=payment.id,
        target_name=f"${format_short(reversal.amount)}",
        note=reversal.reason,
    )


def send_or_wait(reversal: Reversal) -> Reversal:
    """Send what was taken, and give it as it is then; while Stripe is away it waits for the chore.

    Raises StripeRefused after the credit was given back.
    """
    try:
        send_refund(reversal)
    except StripeUnreachable:
        log.warning("refund_not_sent_yet", reversal=reversal.id)  # the chore sends it, under the same key
    return Reversal.objects.get(id=reversal.id)


def send_refund(reversal: Reversal) -> None:
    """Ask Stripe to pay back what was taken, and settle. Safe to repeat.

    Raises StripeUnreachable, and StripeRefused after the credit was given back.
    """
    payment = reversal.payment
    try:
        stripe_api.refund(
            intent=payment.intent,
            cents=reversal.amount // CENT,
            metadata={"reversal": reversal.id},
            key=f"refund:{reversal.id}",
        )
    except (StripeRefused, NotAtStripe):
        settle_payment(intent_id=payment.intent)  # it may have been made before, when nobody heard of it
        with transaction.atomic():
            payment = Payment.objects.select_for_update().get(id=payment.id)
            row = Reversal.objects.get(id=reversal.id)
            if row.state != ReversalState.TAKEN:
                return
            give_back(row)
            add_up(payment)
        raise
    settle_payment(intent_id=payment.intent)


def send_refunds(*, older_than: timedelta) -> int:
    """Send what was taken and never sent; gives how many. When Stripe does not answer the rest waits."""
    waiting = Reversal.objects.filter(state=ReversalState.TAKEN, created_at__lt=Now() - older_than)
    sent = 0
    for reversal in waiting.select_related("payment").order_by("id")[:100]:
        try:
            send_refund(reversal)
            sent += 1
        except StripeUnreachable:
            log.warning("refund_not_sent_yet", reversal=reversal.id)
            break
        except (StripeRefused, NotAtStripe):
            log.exception("refund_not_sent", reversal=reversal.id)
    return sent
