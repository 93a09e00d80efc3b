"""Book a payment that succeeded: the credit it pays for, once for each PaymentIntent."""

from dataclasses import dataclass
from datetime import datetime

from accounts.services.record_audit import SYSTEM, record_audit
from billing.ledger import add_credit
from billing.models import Payment, PaymentState, Purpose, TransferKind
from billing.money import format_short
from billing.services.keep_card import keep_card
from billing.stripe_facts import Intent


@dataclass(frozen=True, slots=True)
class Credit:
    """What a payment buys, in µ$; a plan's may be more than was paid, and ends."""

    amount: int
    expires_at: datetime | None = None


def book_payment(payment: Payment, paid: Intent, credit: Credit) -> bool:
    """Grant the credit and note the receipt, in the caller's transaction, which has locked the payment.

    Tells whether that was new; a payment that is booked already is left as it is. The amounts are checked by then.
    """
    if payment.state == PaymentState.SUCCEEDED:
        return False
    add_credit(
        kind=TransferKind.PLAN if payment.purpose == Purpose.PLAN else TransferKind.TOP_UP,
        workspace_id=payment.workspace_id,
        amount=credit.amount,
        paid=payment.amount,
        key=paid.id,
        reference=payment.id,
        expires_at=credit.expires_at,
        memo=payment.get_purpose_display(),
    )
    payment.state, payment.intent, payment.credit, payment.why = PaymentState.SUCCEEDED, paid.id, credit.amount, ""
    payment.paid_at, payment.receipt_url, payment.card = paid.paid_at or paid.created, paid.receipt_url, paid.card
    payment.save(update_fields=["state", "intent", "credit", "why", "paid_at", "receipt_url", "card"])
    if paid.is_card_kept and payment.purpose != Purpose.AUTOMATIC:
        keep_card(workspace_id=payment.workspace_id, payment_method=paid.payment_method, card=paid.card)
    record_audit(
        workspace_id=payment.workspace_id,
        action="payment.succeeded",
        by=SYSTEM,
        target=payment.id,
        target_name=f"${format_short(payment.amount)}",
        after={"credit": f"${format_short(credit.amount)}"},
    )
    return True
