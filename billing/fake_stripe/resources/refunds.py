"""Charges and refunds, whole and partial."""

from billing.fake_stripe.charging import book
from billing.fake_stripe.reading import as_list
from billing.fake_stripe.refusals import Refusal, Thing, missing
from billing.fake_stripe.routes import post, reads
from billing.fake_stripe.shop import Shop
from billing.fake_stripe.take import Take

CHARGES, REFUNDS = "/v1/charges", "/v1/refunds"
REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Give money back."""
    charge_id, intent_id = take.text("charge"), take.text("payment_intent")
    amount, reason = take.whole("amount", least=1), take.text("reason", one_of=REASONS) or None
    metadata = take.metadata()
    take.leave("reverse_transfer", "refund_application_fee")
    take.done()
    if intent_id:
        intent = shop.find("payment_intent", intent_id, param="payment_intent")
        charge_id = charge_id or intent["latest_charge"]
        if intent["status"] != "succeeded":
            raise Refusal(f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                          param="payment_intent")  # fmt: skip
    if not charge_id:
        raise missing("charge")
    return refund(shop, shop.find("charge", charge_id, param="charge"), amount, reason=reason, metadata=metadata)


def refund(
    shop: Shop, charge: Thing, amount: int | None = None, *, reason: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Thing:  # fmt: skip
    """Give back an amount of a charge, or all that is left; raises Refusal for more than that."""
    left = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise Refusal(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if not charge["paid"] or left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = left if amount is None else amount
    if amount > left:
        said = f"Refund amount (${amount / 100:,.2f}) is greater than unrefunded amount on charge (${left / 100:,.2f})"
        raise Refusal(said, param="amount")
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    made = shop.new(
        "re",
        "refund",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        customer=charge["customer"],
        description=None,
        destination_details={"card": {"reference_status": "pending", "reference_type": "acquirer_reference_number",
                                      "type": "refund"}, "type": "card"},
        failure_balance_transaction=None,
        failure_reason=None,
        metadata=metadata or {},
        next_action=None,
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        pending_reason=None,
        reason=reason,
        receipt_number=None,
        source_transfer_reversal=None,
        status="succeeded",
        transfer_reversal=None,
    )  # fmt: skip
    made["balance_transaction"] = book(shop, made, "refund", -amount)["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    shop.tell("refund.created", made)
    shop.tell("charge.refunded", charge, before)
    return made


def update(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Change a refund's metadata."""
    made = shop.find("refund", thing_id)
    made["metadata"] = take.metadata(made["metadata"])
    take.done()
    shop.tell("refund.updated", made)
    return made


def of_charge(shop: Shop, charge: Thing) -> Thing:
    """List the refunds of a charge."""
    mine = [thing for thing in shop.all("refund") if thing["charge"] == charge["id"]]
    return as_list(mine, f"{CHARGES}/{charge['id']}/refunds")


ROUTES = [
    post(REFUNDS, create),
    post(f"{REFUNDS}/{{id}}", update),
    *reads(REFUNDS, "refund", "charge", "payment_intent"),
    *reads(CHARGES, "charge", "customer", "payment_intent"),
]
