"""Plans: a subscription begins, is paid for, begins its next period, ends."""

from billing.fake_stripe import invoicing
from billing.fake_stripe.dates import later
from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.resources import schedules
from billing.fake_stripe.shop import Shop

ENDED = ("canceled", "incomplete_expired")


def make(
    shop: Shop, *, customer: str, items: list[tuple[Thing, int]], metadata: dict[str, str], method: str | None = None,
    description: str | None = None,
) -> Thing:  # fmt: skip
    """Make a subscription that is not paid yet."""
    now, first = shop.now(), items[0][0]
    end = _end(now, first)
    subscription = shop.new(
        "sub", "subscription",
        application=None, application_fee_percent=None,
        automatic_tax={"disabled_reason": None, "enabled": False, "liability": None}, billing_cycle_anchor=now,
        billing_cycle_anchor_config=None, billing_mode={"flexible": None, "type": "flexible", "updated_at": None},
        billing_schedules=[], billing_thresholds=None, cancel_at=None, cancel_at_period_end=False, canceled_at=None,
        cancellation_details={"comment": None, "feedback": None, "reason": None},
        collection_method="charge_automatically", currency=first["currency"], customer=customer, days_until_due=None,
        default_payment_method=method, default_source=None, default_tax_rates=[], description=description, discounts=[],
        ended_at=None, invoice_settings={"account_tax_ids": None, "issuer": {"type": "self"}}, items={},
        latest_invoice=None, metadata=metadata, next_pending_invoice_item_invoice=None, on_behalf_of=None,
        pause_collection=None, payment_settings={"payment_method_options": None, "payment_method_types": None,
                                                 "save_default_payment_method": "off"},
        pending_invoice_item_interval=None, pending_setup_intent=None, pending_update=None, schedule=None,
        start_date=now, status="incomplete", test_clock=None, transfer_data=None, trial_end=None,
        trial_settings={"end_behavior": {"missing_payment_method": "create_invoice"}}, trial_start=None,
    )  # fmt: skip
    made = [_item(shop, subscription, price, quantity, (now, end)) for price, quantity in items]
    subscription["items"] = {"object": "list", "data": made, "has_more": False, "total_count": len(made),
                             "url": f"/v1/subscription_items?subscription={subscription['id']}"}  # fmt: skip
    invoice(shop, subscription, "subscription_create")
    shop.tell("customer.subscription.created", subscription)
    return subscription


def begin(shop: Shop, session: Thing) -> Thing:
    """Make the subscription of a Checkout Session; gives the intent that pays its first invoice."""
    items = [(item["price"], item["quantity"]) for item in session["_items"] if item["price"]["recurring"]]
    data = session["_data"]["subscription"]
    subscription = make(
        shop, customer=session["customer"], items=items, metadata=dict(data["metadata"]),
        description=data["description"],
    )  # fmt: skip
    session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])
    return invoicing.intent_of(shop, shop.things[subscription["latest_invoice"]])


def paid_first(shop: Shop, subscription: Thing, intent: Thing) -> None:
    """Begin a subscription whose first invoice was paid at the till."""
    subscription["default_payment_method"] = intent["payment_method"]
    invoicing.settle(shop, shop.things[subscription["latest_invoice"]], intent)
    change(shop, subscription, status="active")


def invoice(shop: Shop, subscription: Thing, reason: str) -> Thing:
    """Make the invoice of a subscription's current period."""
    lines, period = [], (shop.now(), shop.now())
    for item in subscription["items"]["data"]:
        period = (item["current_period_start"], item["current_period_end"])
        lines.append(invoicing.line(shop, price=item["price"], quantity=item["quantity"], period=period, item=item))
    made = invoicing.make(
        shop, customer=shop.find("customer", subscription["customer"]), currency=subscription["currency"],
        reason=reason, lines=lines, period=period, subscription=subscription,
    )  # fmt: skip
    subscription["latest_invoice"] = made["id"]
    return made


def pay(shop: Shop, subscription: Thing) -> bool:
    """Let the saved card pay the newest invoice; tell whether it did."""
    owed = shop.things[subscription["latest_invoice"]]
    customer = shop.find("customer", subscription["customer"])
    method = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    if method is None:
        return False
    return invoicing.collect(shop, owed, shop.things[method])


def renew(shop: Shop, subscription: Thing) -> Thing:
    """End the current period: the next one begins and is charged for, or the subscription ends."""
    if subscription["status"] in (*ENDED, "incomplete"):
        raise Refusal(f"This subscription is {subscription['status']}.")
    if subscription["cancel_at_period_end"]:
        return end(shop, subscription, reason="cancellation_requested")
    price = schedules.next_price(shop, subscription)
    schedules.release_from(shop, subscription)
    for item in subscription["items"]["data"]:
        if price:
            item.update(price=price, plan=plan_of(price))
        start = item["current_period_end"]
        item.update(current_period_start=start, current_period_end=_end(start, item["price"]))
    invoice(shop, subscription, "subscription_cycle")
    change(shop, subscription, status=subscription["status"])
    paid = pay(shop, subscription)
    if paid != (subscription["status"] == "active"):
        change(shop, subscription, status="active" if paid else "past_due")
    return subscription


def change(shop: Shop, subscription: Thing, **changes: object) -> None:
    """Change a subscription, and tell."""
    before = {name: subscription[name] for name, value in changes.items() if subscription[name] != value}
    subscription.update(changes)
    shop.tell("customer.subscription.updated", subscription, before)


def end(shop: Shop, subscription: Thing, *, reason: str) -> Thing:
    """End a subscription at once."""
    now = shop.now()
    subscription.update(status="canceled", ended_at=now, canceled_at=subscription["canceled_at"] or now)
    subscription["cancellation_details"]["reason"] = reason
    shop.tell("customer.subscription.deleted", subscription)
    return subscription


def due(shop: Shop) -> list[Thing]:
    """List the subscriptions whose period is over."""
    now = shop.now()
    return [
        thing for thing in reversed(shop.all("subscription"))
        if thing["status"] in ("active", "past_due") and thing["items"]["data"][0]["current_period_end"] <= now
    ]  # fmt: skip


def _item(shop: Shop, subscription: Thing, price: Thing, quantity: int, period: tuple[int, int]) -> Thing:
    return {
        "id": shop.new_id("si"), "object": "subscription_item", "billing_thresholds": None, "created": shop.now(),
        "current_period_end": period[1], "current_period_start": period[0], "discounts": [], "metadata": {},
        "plan": plan_of(price), "price": price, "quantity": quantity, "subscription": subscription["id"],
        "tax_rates": [],
    }  # fmt: skip


def plan_of(price: Thing) -> Thing:
    """Give a price as the older object of the same id."""
    recurring = price["recurring"]
    return {
        "id": price["id"], "object": "plan", "active": price["active"], "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"], "billing_scheme": "per_unit", "created": price["created"],
        "currency": price["currency"], "interval": recurring["interval"],
        "interval_count": recurring["interval_count"], "livemode": False, "metadata": {}, "meter": None,
        "nickname": price["nickname"], "product": price["product"], "tiers_mode": None, "transform_usage": None,
        "trial_period_days": None, "usage_type": "licensed",
    }  # fmt: skip


def _end(start: int, price: Thing) -> int:
    return later(start, price["recurring"]["interval"], price["recurring"]["interval_count"])
