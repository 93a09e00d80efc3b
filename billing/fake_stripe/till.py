"""At the till: a customer pays a Checkout Session with a card, confirms at the bank, and the session completes."""

from billing.fake_stripe import bank, subscribing
from billing.fake_stripe.invoicing import receipt_invoice
from billing.fake_stripe.refusals import Thing
from billing.fake_stripe.resources import customers, intents, setups
from billing.fake_stripe.shop import Shop


def pay(shop: Shop, session: Thing, method: Thing, *, email: str = "") -> Thing:
    """Use a card for a session; gives the intent, which may want a confirmation. Raises Refusal."""
    _who(shop, session, email)
    intent = _intent(shop, session)
    bank.confirm(shop, intent, method, off_session=False, return_url=f"{shop.address}/pay/{session['id']}/return")
    if intent["status"] == "succeeded":
        complete(shop, session, intent)
    return intent


def complete(shop: Shop, session: Thing, intent: Thing) -> None:
    """Close a session whose intent succeeded."""
    if session["mode"] == "subscription":
        subscribing.paid_first(shop, shop.things[session["subscription"]], intent)
    elif session["mode"] == "payment" and session["invoice_creation"]["enabled"]:
        session["invoice"] = receipt_invoice(shop, session, intent)["id"]
    session.update(status="complete", url=None)
    if session["mode"] != "setup":
        session["payment_status"] = "paid"
    shop.tell("checkout.session.completed", session)


def session_of(shop: Shop, intent_id: str) -> Thing | None:
    """Give the session that an intent belongs to."""
    found = (thing for thing in shop.all("checkout.session") if thing.get("_intent") == intent_id)
    return next(found, None)


def _who(shop: Shop, session: Thing, email: str) -> None:
    details = session["customer_details"] or {"address": None, "phone": None, "tax_exempt": "none", "tax_ids": None,
                                              "name": None, "business_name": None, "individual_name": None}  # fmt: skip
    if session["customer"]:
        email = shop.find("customer", session["customer"])["email"] or email
    session["customer_details"] = {**details, "email": email or details.get("email") or "customer@example.com"}
    wants = session["customer_creation"] == "always" or session["mode"] != "payment"
    if not session["customer"] and wants:
        made = customers.make(shop, metadata={}, email=session["customer_details"]["email"])
        session["customer"] = made["id"]


def _intent(shop: Shop, session: Thing) -> Thing:
    if kept := session.get("_intent"):
        intent = shop.things[kept]
        if intent["status"] in intents.WAITS:
            return intent
    if session["mode"] == "setup":
        data = session["_data"]["setup_intent"]
        intent = setups.make(
            shop, customer=session["customer"], metadata=dict(data["metadata"]), description=data["description"]
        )
        session["setup_intent"] = intent["id"]
    elif session["mode"] == "subscription":
        intent = subscribing.begin(shop, session)
    else:
        data = session["_data"]["payment_intent"]
        intent = intents.make(
            shop, amount=session["amount_total"], currency=session["currency"], customer=session["customer"],
            description=data["description"], metadata=dict(data["metadata"]), receipt_email=data["receipt_email"],
            setup_future_usage=data["setup_future_usage"],
        )  # fmt: skip
        session["payment_intent"] = intent["id"]
    session["_intent"] = intent["id"]
    return intent
