"""Changing the price of a plan: dearer at once, the rest of the period charged; cheaper when the period ends."""

from billing.fake_stripe import invoicing, subscribing
from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.resources import schedules
from billing.fake_stripe.shop import Shop


def offered(shop: Shop, rules: Thing, subscription: Thing) -> list[Thing]:
    """List the prices that a portal's rules let a customer change to, the cheapest first."""
    if not rules["enabled"] or "price" not in rules["default_allowed_updates"]:
        return []
    names = [price for product in rules.get("products") or [] for price in product["prices"]]
    now = subscription["items"]["data"][0]["price"]["id"]
    prices = [shop.find("price", name) for name in names if name != now]
    return sorted((price for price in prices if price["active"]), key=lambda price: int(price["unit_amount"]))


def waits(rules: Thing, subscription: Thing, price: Thing) -> bool:
    """Tell whether a change waits for the end of the period."""
    cheaper = price["unit_amount"] < subscription["items"]["data"][0]["price"]["unit_amount"]
    conditions = rules["schedule_at_period_end"]["conditions"]
    return cheaper and {"type": "decreasing_item_amount"} in conditions


def switch(shop: Shop, rules: Thing, subscription: Thing, price: Thing) -> None:
    """Change to another price as a portal's rules say; without `always_invoice` nothing is charged now.

    Raises Refusal when the card does not pay: then the plan is as it was.
    """
    if waits(rules, subscription, price):
        schedules.begin(shop, subscription, price)
        return
    schedules.release_from(shop, subscription)
    if rules["proration_behavior"] == "always_invoice":
        _charge(shop, subscription, price)
    item = subscription["items"]["data"][0]
    item.update(price=price, plan=subscribing.plan_of(price))
    subscribing.change(shop, subscription, items=dict(subscription["items"]))


def _charge(shop: Shop, subscription: Thing, price: Thing) -> None:
    """Charge for the rest of the period what is dearer, by the second."""
    item = subscription["items"]["data"][0]
    now, start, end = shop.now(), item["current_period_start"], item["current_period_end"]
    left, whole = max(0, end - now), end - start
    lines = [
        invoicing.line(
            shop, price=of, quantity=item["quantity"], period=(now, end), item=item,
            prorated=sign * round(of["unit_amount"] * item["quantity"] * left / whole),
        )
        for sign, of in ((-1, item["price"]), (1, price))
    ]  # fmt: skip
    made = invoicing.make(
        shop, customer=shop.find("customer", subscription["customer"]), currency=subscription["currency"],
        reason="subscription_update", lines=lines, period=(now, end), subscription=subscription,
    )  # fmt: skip
    if made["total"] <= 0:
        made["status"] = "paid"
        shop.tell("invoice.paid", made)
    elif not invoicing.collect(shop, made, _card(shop, subscription)):
        error = invoicing.intent_of(shop, made)["last_payment_error"]
        made.update(status="void", auto_advance=False)
        shop.tell("invoice.voided", made)
        raise Refusal(error["message"], status=402, kind="card_error", code=error["code"])
    subscription["latest_invoice"] = made["id"]


def _card(shop: Shop, subscription: Thing) -> Thing:
    customer = shop.find("customer", subscription["customer"])
    method = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    if method is None:
        raise Refusal("There is no card to pay with.", code="resource_missing")
    found: Thing = shop.things[method]
    return found
