"""Start a top-up: what is asked for is written down, then a page at Stripe is opened where it is paid."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.services.record_audit import By, record_audit
from billing import stripe_api
from billing.errors import BillingError, StripeOff
from billing.models import Payment, PaymentState, Purpose
from billing.money import format_short
from billing.services.keep_customer import keep_customer
from billing.services.top_up_amounts import CENT, check_top_up


def start_top_up(*, workspace_id: str, amount: int, keep_card: bool, by: By) -> str:
    """Give the address of the page where `amount` µ$ is paid; with `keep_card` the card is kept for automatic top-ups.

    Raises InvalidInput for an amount that cannot be, StripeOff, and what `stripe_api` raises: then nothing is paid, and
    the payment stands as failed.
    """
    check_top_up(amount)
    if not stripe_api.is_on():
        raise StripeOff
    customer = keep_customer(workspace_id=workspace_id, by=by)
    with transaction.atomic():
        payment = Payment.objects.create(
            workspace_id=workspace_id, purpose=Purpose.TOP_UP, amount=amount, started_by_id=by.user_id or None
        )
        record_audit(
            workspace_id=workspace_id,
            action="payment.started",
            by=by,
            target=payment.id,
            target_name=f"${format_short(amount)}",
        )
    params = _checkout(payment, customer.stripe_id, keep_card=keep_card)
    try:
        session = stripe_api.start_checkout(params=params, key=f"checkout:{payment.id}")
    except BillingError:
        open_rows = Payment.objects.filter(id=payment.id, state=PaymentState.STARTED)
        open_rows.update(state=PaymentState.FAILED, why="Stripe could not be asked for a page to pay at.")
        raise
    Payment.objects.filter(id=payment.id, session="").update(session=session.id)
    return session.url


def _checkout(payment: Payment, customer: str, *, keep_card: bool) -> dict[str, Any]:
    back = settings.PUBLIC_BASE_URL + reverse("billing:payment", args=[payment.id])
    metadata = {"workspace": payment.workspace_id, "payment": payment.id}
    intent: dict[str, Any] = {"metadata": metadata, "description": "Pentimento credit"}
    if keep_card:
        intent["setup_future_usage"] = "off_session"
    return {
        "mode": "payment",
        "customer": customer,
        "client_reference_id": payment.workspace_id,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": payment.amount // CENT,
                    "product_data": {"name": "Pentimento credit"},
                },
            }
        ],
        "metadata": metadata,
        "payment_intent_data": intent,
        "success_url": back,
        "cancel_url": f"{back}?left=1",
    }
