"""Charges, and what they do to the account's balance."""

from billing.fake_stripe.cards import Decline
from billing.fake_stripe.dates import DAY
from billing.fake_stripe.refusals import Thing
from billing.fake_stripe.shop import Shop

FEE_PPM, FEE_FIXED = 29_000, 30  # 2.9 % and 30 cents
PAYS_OUT_AFTER = 2 * DAY


def charge(shop: Shop, intent: Thing, method: Thing, *, decline: Decline | None = None) -> Thing:
    """Make the charge of a payment that succeeded, or was declined."""
    paid = decline is None
    made = shop.new(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if paid else 0,
        amount_refunded=0,
        application=None,
        application_fee=None,
        application_fee_amount=None,
        balance_transaction=None,
        billing_details=dict(method["billing_details"]),
        calculated_statement_descriptor="SIMULATED",
        captured=paid,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        failure_balance_transaction=None,
        failure_code=decline and decline.code,
        failure_message=decline and decline.says,
        fraud_details={},
        metadata=dict(intent["metadata"]),
        on_behalf_of=None,
        outcome=_outcome(decline),
        paid=paid,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"card": _card(method), "type": "card"},
        presentment_details=None,
        radar_options={},
        receipt_email=intent["receipt_email"],
        receipt_number=None,
        receipt_url=None,
        refunded=False,
        review=None,
        shipping=None,
        source=None,
        source_transfer=None,
        statement_descriptor=None,
        statement_descriptor_suffix=None,
        status="succeeded" if paid else "failed",
        transfer=None,
        transfer_data=None,
        transfer_group=None,
    )
    if paid:
        made["receipt_url"] = f"{shop.address}/receipts/{made['id']}"
        fee = made["amount"] * FEE_PPM // 1_000_000 + FEE_FIXED
        made["balance_transaction"] = book(shop, made, "charge", made["amount"], fee=fee)["id"]
    shop.tell("charge.succeeded" if paid else "charge.failed", made)
    return made


def book(shop: Shop, source: Thing, kind: str, amount: int, *, fee: int = 0) -> Thing:
    """Move the account's balance, which pays the fee."""
    details = {"amount": fee, "application": None, "currency": source["currency"], "type": "stripe_fee"}
    return shop.new(
        "txn",
        "balance_transaction",
        amount=amount,
        available_on=shop.now() + PAYS_OUT_AFTER,
        balance_type="payments",
        currency=source["currency"],
        description=source.get("description"),
        exchange_rate=None,
        fee=fee,
        fee_details=[{**details, "description": "Stripe processing fees"}] if fee else [],
        net=amount - fee,
        reporting_category="dispute" if kind == "adjustment" else kind,
        source=source["id"],
        status="pending",
        type=kind,
    )


def _card(method: Thing) -> Thing:
    card = method["card"]
    names = (
        "brand",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "regulated_status",
        "wallet",
    )
    return {name: card[name] for name in names} | {
        "checks": dict(card["checks"]),
        "installments": None,
        "mandate": None,
        "network": card["brand"],
        "three_d_secure": None,
    }


def _outcome(decline: Decline | None) -> Thing:
    reason = None if decline is None else decline.decline_code
    return {
        "advice_code": None if decline is None else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if decline is None else "01",
        "network_status": "approved_by_network" if decline is None else "declined_by_network",
        "reason": reason,
        "risk_level": "normal",
        "seller_message": "Payment complete." if decline is None else "The bank did not return any further details.",
        "type": "authorized" if decline is None else "issuer_declined",
    }
