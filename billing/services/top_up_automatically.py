"""Charge a workspace's saved card while nobody is there, as its owner has set."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.ids import new_id
from accounts.services.record_audit import SYSTEM, record_audit
from billing import stripe_api
from billing.errors import CardRefused, NotAtStripe, StripeRefused, StripeUnreachable
from billing.models import AutoTopUp, Customer, Payment, PaymentState, Purpose
from billing.money import format_short
from billing.services.settle_payment import settle_payment
from billing.services.stop_automatic import stop_automatic
from billing.services.top_up_amounts import CENT

KEY_LASTS = timedelta(hours=23)  # Stripe forgets idempotency keys after a day; then asking again could pay twice
UNKNOWN = "nobody knows yet"  # its event, the chore or the sweep will settle it
# One statement decides, and the terms are locked: who pays is on, has a card, is below the line and within the month's
# cap, is not about to be deleted, and has nothing in flight. What was not paid or is parked does not count for the cap.
START = """
INSERT INTO billing_payment (id, workspace_id, purpose, amount, state, intent, session, credit, refunded, disputed,
    card, receipt_url, invoice, invoice_url, why, created_at)
SELECT %(id)s, terms.workspace_id, 'automatic', terms.amount, 'started', '', '', 0, 0, 0, '', '', '', '', '',
    statement_timestamp()
FROM billing_autotopup terms
JOIN billing_customer customer ON customer.workspace_id = terms.workspace_id AND customer.payment_method <> ''
JOIN billing_account wallet ON wallet.kind = 'wallet' AND wallet.workspace_id = terms.workspace_id
JOIN accounts_workspace workspace ON workspace.id = terms.workspace_id AND workspace.delete_at IS NULL
WHERE terms.workspace_id = %(workspace)s AND terms.is_on AND wallet.posted - wallet.held < terms.threshold
AND terms.amount + (
    SELECT coalesce(sum(paid.amount), 0) FROM billing_payment paid
    WHERE paid.workspace_id = terms.workspace_id AND paid.purpose = 'automatic'
    AND paid.state IN ('started', 'succeeded') AND paid.created_at >= date_trunc('month', now(), 'UTC')
) <= terms.monthly_cap
ON CONFLICT DO NOTHING
"""


def top_up_automatically(*, workspace_id: str) -> str:
    """Start a payment if one is due, and charge the card; gives what came of it in words. Safe to repeat, also at once.

    A payment whose outcome is not known stays in flight, and is asked for again under the same key.
    """
    payment_id = new_id("pay")
    with transaction.atomic():
        list(AutoTopUp.objects.select_for_update().filter(workspace_id=workspace_id))
        with connection.cursor() as cursor:
            cursor.execute(START, {"id": payment_id, "workspace": workspace_id})
            if not cursor.rowcount:
                return "nothing is due"
        payment = Payment.objects.get(id=payment_id)
        amount = f"${format_short(payment.amount)}"
        record_audit(
            workspace_id=workspace_id, action="payment.automatic", by=SYSTEM, target=payment_id, target_name=amount
        )
    return charge(payment)


def charge(payment: Payment) -> str:
    """Charge the saved card for an automatic payment, under the payment's own key, and settle what comes of it."""
    customer = Customer.objects.get(workspace_id=payment.workspace_id)
    intent = ""
    try:
        intent = stripe_api.charge_card(
            customer=customer.stripe_id,
            payment_method=customer.payment_method,
            cents=payment.amount // CENT,
            metadata={"workspace": payment.workspace_id, "payment": payment.id},
            description="Pentimento credit, topped up automatically",
            key=f"automatic:{payment.id}",
        ).id
    except CardRefused as refused:
        intent, why = refused.intent, str(refused)
    except (StripeRefused, NotAtStripe) as refused:
        why = str(refused) or "The saved card is not at Stripe any more."
    except StripeUnreachable:
        return UNKNOWN
    if not intent:  # also where the card was changed since the key was first used: that one may have been paid
        return _find_or_give_up(payment, why)
    try:
        return settle_payment(intent_id=intent)
    except StripeUnreachable:
        return UNKNOWN


def resume_automatic(*, older_than: timedelta) -> int:
    """Ask again for automatic payments that stand in flight for so long; gives how many were looked at.

    Where Stripe has forgotten the key nothing is asked again: the sweep finds what was paid, and the rest has failed.
    """
    stuck = Payment.objects.filter(
        purpose=Purpose.AUTOMATIC, state=PaymentState.STARTED, created_at__lt=Now() - older_than
    )
    fresh = set(stuck.filter(created_at__gte=Now() - KEY_LASTS).values_list("id", flat=True))
    payments = list(stuck.order_by("id")[:100])
    for payment in payments:
        try:
            if payment.intent:
                settle_payment(intent_id=payment.intent)
            elif payment.id in fresh:
                charge(payment)
            else:
                _find_or_give_up(payment, "Stripe never heard of it.")
        except StripeUnreachable:
            continue
    return len(payments)


def _find_or_give_up(payment: Payment, why: str) -> str:
    """Settle what Stripe has of a payment whose key does not help any more; where that is nothing it has failed."""
    found = stripe_api.list_intents(since=payment.created_at - timedelta(minutes=5))
    intent = next((one.id for one in found if one.payment == payment.id), "")
    return settle_payment(intent_id=intent) if intent else _give_up(payment.id, why)


@transaction.atomic
def _give_up(payment_id: str, why: str) -> str:
    payment = Payment.objects.get(id=payment_id)
    list(AutoTopUp.objects.select_for_update().filter(workspace_id=payment.workspace_id))
    payment = Payment.objects.select_for_update().get(id=payment_id)
    if payment.state == PaymentState.STARTED:
        payment.state, payment.why = PaymentState.FAILED, why[:300]
        payment.save(update_fields=["state", "why"])
        stop_automatic(payment)
    return str(payment.get_state_display())
