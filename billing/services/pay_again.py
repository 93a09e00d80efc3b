"""Pay an automatic payment that was refused, or that a bank wants confirmed, at a page of Stripe's."""

from django.db import transaction

from accounts.errors import InvalidInput, NotFound
from accounts.services.record_audit import By
from billing import stripe_api
from billing.errors import NotAtStripe, StripeRefused
from billing.models import Payment, PaymentState
from billing.services.settle_payment import settle_payment
from billing.services.start_top_up import start_top_up

AGAIN = (PaymentState.NEEDS_ACTION, PaymentState.FAILED)


def pay_again(*, workspace_id: str, payment_id: str, by: By) -> str:
    """Give up the old payment, so that it is never charged too, and give the address where a new one is made.

    Raises NotFound, InvalidInput for a payment that was made or is still under way, and what `start_top_up` raises.
    """
    payment = Payment.objects.filter(workspace_id=workspace_id, id=payment_id).first()
    if payment is None:
        raise NotFound("There is no such payment.")
    if payment.intent and payment.state in AGAIN:
        try:
            stripe_api.cancel_intent(payment.intent)
        except (StripeRefused, NotAtStripe):
            settle_payment(intent_id=payment.intent)  # it was paid, or given up, meanwhile
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(id=payment_id)
        if payment.state not in AGAIN:
            raise InvalidInput("This payment was made, or is still under way.", param="payment")
        payment.state, payment.why = PaymentState.FAILED, payment.why or "Another one was started instead."
        payment.save(update_fields=["state", "why"])
    return start_top_up(workspace_id=workspace_id, amount=payment.amount, keep_card=True, by=by)
