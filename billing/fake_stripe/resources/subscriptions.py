"""Subscriptions, their invoices and what paid them."""

from billing.fake_stripe import invoicing, subscribing
from billing.fake_stripe.reading import as_list, page
from billing.fake_stripe.refusals import Refusal, Thing, missing
from billing.fake_stripe.resources import methods
from billing.fake_stripe.routes import Route, post, reads
from billing.fake_stripe.shop import Shop
from billing.fake_stripe.take import Take

SUBSCRIPTIONS, INVOICES = "/v1/subscriptions", "/v1/invoices"
IGNORED = ("payment_behavior", "proration_behavior", "payment_settings", "off_session", "collection_method",
           "automatic_tax", "billing_mode", "trial_settings", "proration_date", "billing_cycle_anchor")  # fmt: skip


def create(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Make a subscription that the saved card pays."""
    customer = shop.find("customer", take.needed("customer"), param="customer")
    given = take.each("items")
    if not given:
        raise missing("items")
    items = [(_recurring(shop, item), item.whole("quantity", least=1) or 1) for item in given]
    metadata, description, method = take.metadata(), take.text("description"), take.text("default_payment_method")
    currency, incomplete = take.text("currency"), take.text("payment_behavior") or "allow_incomplete"
    take.leave(*IGNORED)
    take.done()
    if currency and currency != items[0][0]["currency"]:
        raise Refusal("The price's currency is another.", param="currency")
    if method:
        method = methods.find(shop, method, customer=customer["id"], param="default_payment_method")["id"]
    if not (method or customer["invoice_settings"]["default_payment_method"] or incomplete == "default_incomplete"):
        raise Refusal("This customer has no attached payment source or default payment method. Please consider adding "
                      "a default payment method.", code="resource_missing")  # fmt: skip
    made = subscribing.make(
        shop, customer=customer["id"], items=items, metadata=metadata, method=method, description=description
    )
    if incomplete != "default_incomplete" and subscribing.pay(shop, made):
        subscribing.change(shop, made, status="active")
    return made


def update(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Change a subscription: another price from now on, or an end at the period's end."""
    subscription = shop.find("subscription", thing_id)
    if subscription["status"] in subscribing.ENDED:
        raise Refusal("A canceled subscription can only update its cancellation_details and metadata.")
    changes: Thing = {"metadata": take.metadata(subscription["metadata"])}
    if (cancels := take.flag("cancel_at_period_end")) is not None:
        if subscription["schedule"]:
            raise Refusal(f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and "
                          "updating any cancelation behavior directly is not allowed. Please update the schedule "
                          "instead.")  # fmt: skip
        changes["cancel_at_period_end"] = cancels
        at = subscription["items"]["data"][0]["current_period_end"]
        changes.update(cancel_at=at if cancels else None, canceled_at=shop.now() if cancels else None)
    if method := take.text("default_payment_method"):
        mine = methods.find(shop, method, customer=subscription["customer"], param="default_payment_method")
        changes["default_payment_method"] = mine["id"]
    if "description" in take:
        changes["description"] = take.text("description") or None
    for each in take.each("items"):
        _reprice(shop, subscription, each)
    take.leave(*IGNORED, "cancellation_details")
    take.done()
    subscribing.change(shop, subscription, **changes)
    return subscription


def cancel(shop: Shop, take: Take, thing_id: str) -> Thing:
    """End a subscription at once."""
    take.leave("invoice_now", "prorate", "cancellation_details")
    take.done()
    subscription = shop.find("subscription", thing_id)
    if subscription["status"] in subscribing.ENDED:
        raise Refusal(f"No such subscription: '{thing_id}'", status=404, code="resource_missing", param="id")
    return subscribing.end(shop, subscription, reason="cancellation_requested")


def pay(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Pay an open invoice with the saved card, or another one."""
    invoice = shop.find("invoice", thing_id)
    method_id = take.text("payment_method")
    take.leave("off_session")
    take.done()
    if invoice["status"] != "open":
        raise Refusal("Invoice is already paid", code="invoice_already_paid")
    subscription = _subscription_of(shop, invoice)
    customer = shop.find("customer", invoice["customer"])
    chosen = method_id or (subscription or {}).get("default_payment_method") or (
        customer["invoice_settings"]["default_payment_method"])  # fmt: skip
    if not chosen:
        raise missing("payment_method")
    paid = invoicing.collect(shop, invoice, methods.find(shop, chosen, customer=customer["id"]))
    if not paid:
        error = invoicing.intent_of(shop, invoice)["last_payment_error"]
        raise Refusal(error["message"], status=402, kind="card_error", code=error["code"],
                      decline_code=error.get("decline_code"))  # fmt: skip
    if subscription and subscription["status"] in ("incomplete", "past_due"):
        subscribing.change(shop, subscription, status="active")
    return invoice


def payments(shop: Shop, invoice: Thing) -> Thing:
    """List what paid an invoice."""
    mine = [thing for thing in shop.all("invoice_payment") if thing["invoice"] == invoice["id"]]
    return as_list(mine, f"/v1/invoice_payments?invoice={invoice['id']}")


def of_customer(shop: Shop, customer: Thing) -> Thing:
    """List a customer's subscriptions."""
    mine = [thing for thing in shop.all("subscription") if thing["customer"] == customer["id"]]
    running = [thing for thing in mine if thing["status"] != "canceled"]
    return as_list(running, f"/v1/customers/{customer['id']}/subscriptions")


def lines(shop: Shop, take: Take, thing_id: str) -> Thing:
    """List an invoice's lines."""
    return page(shop.find("invoice", thing_id)["lines"]["data"], take, f"{INVOICES}/{thing_id}/lines")


def _subscription_of(shop: Shop, invoice: Thing) -> Thing | None:
    found = invoice["parent"] and invoice["parent"]["subscription_details"]["subscription"]
    return shop.things.get(found) if found else None


def _recurring(shop: Shop, item: Take) -> Thing:
    price = shop.find("price", item.needed("price"), param=item.name("price"))
    item.leave("metadata", "tax_rates")
    if not price["recurring"]:
        raise Refusal("The price specified is set to `type=one_time` but this field only accepts prices with "
                      "`type=recurring`.", param=item.name("price"))  # fmt: skip
    return price


def _reprice(shop: Shop, subscription: Thing, given: Take) -> None:
    wanted = given.text("id")
    for item in subscription["items"]["data"]:
        if wanted in (None, item["id"]):
            item["quantity"] = given.whole("quantity", least=1) or item["quantity"]
            if "price" in given:
                item["price"] = _recurring(shop, given)
                item["plan"] = subscribing.plan_of(item["price"])
            return
    raise Refusal(f"No such subscription item: '{wanted}'", code="resource_missing", param=given.name("id"))


def _by_status(things: list[Thing], take: Take) -> list[Thing]:
    status, price = take.text("status"), take.text("price")
    take.leave("collection_method")
    if price:
        things = [each for each in things if any(item["price"]["id"] == price for item in each["items"]["data"])]
    if status == "all":
        return things
    if status:
        return [thing for thing in things if thing["status"] == status]
    return [thing for thing in things if thing["status"] != "canceled"]


def _of_subscription(things: list[Thing], take: Take) -> list[Thing]:
    wanted = take.text("subscription")
    take.leave("collection_method")
    return [
        thing for thing in things
        if wanted is None or (thing["parent"] and thing["parent"]["subscription_details"]["subscription"] == wanted)
    ]  # fmt: skip


def _of_payment(things: list[Thing], take: Take) -> list[Thing]:
    payment = take.inner("payment")
    payment.text("type", one_of=("payment_intent",))
    wanted = payment.text("payment_intent")
    return [thing for thing in things if wanted is None or thing["payment"]["payment_intent"] == wanted]


ROUTES = [
    post(SUBSCRIPTIONS, create),
    post(f"{SUBSCRIPTIONS}/{{id}}", update),
    Route("DELETE", f"{SUBSCRIPTIONS}/{{id}}", cancel),
    *reads(SUBSCRIPTIONS, "subscription", "customer", narrow=_by_status),
    post(f"{INVOICES}/{{id}}/pay", pay),
    Route("GET", f"{INVOICES}/{{id}}/lines", lines),
    *reads(INVOICES, "invoice", "customer", "status", narrow=_of_subscription),
    *reads("/v1/invoice_payments", "invoice_payment", "invoice", "status", narrow=_of_payment),
]
