"""Invoices: of a plan's period, and of a single purchase that wants one."""

from billing.fake_stripe import bank
from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.resources import intents
from billing.fake_stripe.shop import Shop


def make(
    shop: Shop, *, customer: Thing, currency: str, reason: str, lines: list[Thing], period: tuple[int, int],
    subscription: Thing | None = None,
) -> Thing:  # fmt: skip
    """Make an invoice that waits to be paid."""
    total = sum(line["amount"] for line in lines)
    number = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] += 1
    parent = None
    if subscription:
        details = {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]}
        parent = {"quote_details": None, "subscription_details": details, "type": "subscription_details"}
    invoice = shop.new(
        "in", "invoice",
        account_country="US", account_name="Simulated", account_tax_ids=None, amount_due=total, amount_overpaid=0,
        amount_paid=0, amount_remaining=total, amount_shipping=0, application=None, attempt_count=0, attempted=False,
        auto_advance=True,
        automatic_tax={"disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None},
        automatically_finalizes_at=None, billing_reason=reason, collection_method="charge_automatically",
        currency=currency, custom_fields=None, customer=customer["id"], customer_address=None,
        customer_email=customer["email"], customer_name=customer["name"], customer_phone=None, customer_shipping=None,
        customer_tax_exempt="none", customer_tax_ids=[], default_payment_method=None, default_source=None,
        default_tax_rates=[], description=None, discounts=[], due_date=None, effective_at=shop.now(), ending_balance=0,
        footer=None, from_invoice=None, hosted_invoice_url=None, invoice_pdf=None, issuer={"type": "self"},
        last_finalization_error=None, latest_revision=None, lines={}, metadata={}, next_payment_attempt=None,
        number=f"{customer['invoice_prefix']}-{number:04}", on_behalf_of=None, parent=parent,
        payment_settings={"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        period_end=period[1], period_start=period[0], post_payment_credit_notes_amount=0,
        pre_payment_credit_notes_amount=0, receipt_number=None, rendering=None, shipping_cost=None,
        shipping_details=None, starting_balance=0, statement_descriptor=None, status="open",
        status_transitions={"finalized_at": shop.now(), "marked_uncollectible_at": None, "paid_at": None,
                            "voided_at": None},
        subtotal=total, subtotal_excluding_tax=total, test_clock=None, total=total, total_discount_amounts=[],
        total_excluding_tax=total, total_pretax_credit_amounts=[], total_taxes=[], webhooks_delivered_at=None,
    )  # fmt: skip
    place = f"{shop.address}/invoices/{invoice['id']}"
    invoice.update(hosted_invoice_url=place, invoice_pdf=f"{place}/pdf")
    for line in lines:
        line["invoice"] = invoice["id"]
    invoice["lines"] = {"object": "list", "data": lines, "has_more": False, "total_count": len(lines),
                        "url": f"/v1/invoices/{invoice['id']}/lines"}  # fmt: skip
    shop.tell("invoice.created", invoice)
    shop.tell("invoice.finalized", invoice)
    return invoice


def line(
    shop: Shop, *, price: Thing, quantity: int, period: tuple[int, int], item: Thing | None = None,
    prorated: int | None = None,
) -> Thing:  # fmt: skip
    """Make a line of an invoice; `prorated` is what a part of a period costs, negative for what is given back."""
    amount = price["unit_amount"] * quantity if prorated is None else prorated
    parent = None
    if item:
        details = {"invoice_item": None, "proration": prorated is not None,
                   "proration_details": {"credited_items": None},
                   "subscription": item["subscription"], "subscription_item": item["id"]}  # fmt: skip
        parent = {"invoice_item_details": None, "subscription_item_details": details,
                  "type": "subscription_item_details"}  # fmt: skip
    return {
        "id": shop.new_id("il"), "object": "line_item", "amount": amount, "currency": price["currency"],
        "description": f"{quantity} × {shop.things[price['product']]['name']}", "discount_amounts": [],
        "discountable": True, "discounts": [], "livemode": False,
        "metadata": dict(item["metadata"]) if item else {}, "parent": parent,
        "period": {"end": period[1], "start": period[0]}, "pretax_credit_amounts": [],
        "pricing": {"price_details": {"price": price["id"], "product": price["product"]}, "type": "price_details",
                    "unit_amount_decimal": price["unit_amount_decimal"]},
        "quantity": quantity, "subscription": item["subscription"] if item else None, "subtotal": amount, "taxes": [],
    }  # fmt: skip


def intent_of(shop: Shop, invoice: Thing) -> Thing:
    """Give the intent that pays an invoice, made at the first call."""
    for kept in shop.all("invoice_payment"):
        if kept["invoice"] == invoice["id"]:
            found: Thing = shop.things[kept["payment"]["payment_intent"]]
            return found
    reason = invoice["billing_reason"]
    said = {"subscription_create": "Subscription creation", "subscription_cycle": "Subscription update"}
    intent = intents.make(
        shop, amount=invoice["amount_remaining"], currency=invoice["currency"], customer=invoice["customer"],
        description=said.get(reason, f"Payment for invoice {invoice['number']}"), setup_future_usage="off_session",
    )  # fmt: skip
    _pays(shop, invoice, intent)
    return intent


def settle(shop: Shop, invoice: Thing, intent: Thing) -> None:
    """Note that an invoice is paid."""
    paid = intent["amount_received"]
    payment = next(each for each in shop.all("invoice_payment") if each["invoice"] == invoice["id"])
    payment.update(amount_paid=paid, status="paid")
    payment["status_transitions"]["paid_at"] = shop.now()
    invoice.update(amount_paid=paid, amount_remaining=0, attempted=True, next_payment_attempt=None, status="paid")
    invoice["attempt_count"] += 1
    invoice["status_transitions"]["paid_at"] = shop.now()
    shop.tell("invoice.paid", invoice)
    shop.tell("invoice.payment_succeeded", invoice)
    shop.tell("invoice_payment.paid", payment)


def collect(shop: Shop, invoice: Thing, method: Thing) -> bool:
    """Let a saved card pay an invoice; tell whether it did."""
    intent = intent_of(shop, invoice)
    try:
        bank.confirm(shop, intent, method, off_session=True)
    except Refusal:
        invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
        shop.tell("invoice.payment_failed", invoice)
        return False
    settle(shop, invoice, intent)
    return True


def receipt_invoice(shop: Shop, session: Thing, intent: Thing) -> Thing:
    """Make the paid invoice of a checkout that wanted one."""
    now = shop.now()
    lines = [
        line(shop, price=item["price"], quantity=item["quantity"], period=(now, now)) for item in session["_items"]
    ]
    customer = shop.things[session["customer"]] if session["customer"] else {
        "id": None, "email": None, "name": None, "next_invoice_sequence": 1, "invoice_prefix": "GUEST"}  # fmt: skip
    invoice = make(
        shop, customer=customer, currency=session["currency"], reason="manual", lines=lines, period=(now, now)
    )
    invoice["metadata"] = dict(session["metadata"])
    _pays(shop, invoice, intent)
    settle(shop, invoice, intent)
    return invoice


def _pays(shop: Shop, invoice: Thing, intent: Thing) -> None:
    shop.new(
        "inpay", "invoice_payment", amount_paid=None, amount_requested=invoice["amount_due"],
        currency=invoice["currency"], invoice=invoice["id"], is_default=True,
        payment={"payment_intent": intent["id"], "type": "payment_intent"}, status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )  # fmt: skip
