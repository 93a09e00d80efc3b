"""Disputes: the bank takes the money back, and may return it."""

from billing.fake_stripe.charging import book
from billing.fake_stripe.dates import DAY
from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.shop import Shop, shown

FEE = 1_500
ANSWER_WITHIN = 9 * DAY
TEXTS = [
    "access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal",
    "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "refund_policy_disclosure", "refund_refusal_explanation",
    "service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number",
    "uncategorized_text",
]  # fmt: skip
FILES = [
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation",
    "receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
]  # fmt: skip


def open_dispute(shop: Shop, charge: Thing, *, reason: str = "fraudulent", amount: int | None = None) -> Thing:
    """Let a cardholder dispute a charge: its money and a fee are withdrawn at once."""
    if charge["disputed"] or not charge["paid"]:
        raise Refusal("This charge is disputed already, or was not paid.")
    amount = charge["amount"] - charge["amount_refunded"] if amount is None else amount
    dispute = shop.new(
        "du",
        "dispute",
        amount=amount,
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence={**dict.fromkeys([*TEXTS, *FILES]), "enhanced_evidence": {}},
        evidence_details={
            "due_by": shop.now() + ANSWER_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        payment_method_details={
            "card": {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "83"},
            "type": "card",
        },
        reason=reason,
        status="needs_response",
    )
    dispute["balance_transactions"].append(shown(book(shop, dispute, "adjustment", -amount, fee=FEE)))
    charge["disputed"] = True
    shop.tell("charge.dispute.created", dispute)
    shop.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(shop: Shop, dispute: Thing, *, won: bool) -> Thing:
    """Let the bank decide; what is won comes back."""
    if dispute["status"] in ("won", "lost"):
        raise Refusal("This dispute is already closed.", code="charge_already_refunded")
    before = {"status": dispute["status"]}
    dispute["status"] = "won" if won else "lost"
    if won:
        dispute["balance_transactions"].append(shown(book(shop, dispute, "adjustment", dispute["amount"])))
    shop.tell("charge.dispute.updated", dispute, before)
    shop.tell("charge.dispute.closed", dispute)
    if won:
        shop.tell("charge.dispute.funds_reinstated", dispute)
    return dispute
