"""Subscription schedules: a change of price that waits for the end of a period."""

from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.routes import post, reads
from billing.fake_stripe.shop import Shop
from billing.fake_stripe.take import Take

SCHEDULES = "/v1/subscription_schedules"


def begin(shop: Shop, subscription: Thing, price: Thing) -> Thing:
    """Have a subscription change to a price when its period ends, instead of what waited before."""
    release_from(shop, subscription)
    item = subscription["items"]["data"][0]
    start, end = item["current_period_start"], item["current_period_end"]
    schedule = shop.new(
        "sub_sched", "subscription_schedule", application=None, billing_mode=dict(subscription["billing_mode"]),
        canceled_at=None, completed_at=None, current_phase={"start_date": start, "end_date": end},
        customer=subscription["customer"], customer_account=None,
        default_settings={
            "application_fee_percent": None, "automatic_tax": None, "billing_cycle_anchor": "automatic",
            "billing_thresholds": None, "collection_method": "charge_automatically", "default_payment_method": None,
            "description": None, "on_behalf_of": None, "transfer_data": None,
            "invoice_settings": {"account_tax_ids": None, "custom_fields": None, "days_until_due": None,
                                 "description": None, "footer": None, "issuer": {"type": "self"}},
        },
        end_behavior="release", metadata={},
        phases=[_phase(item, item["price"], start, end), _phase(item, price, end, end + (end - start))],
        released_at=None, released_subscription=None, pause_schedules=[], status="active",
        subscription=subscription["id"], test_clock=None,
    )  # fmt: skip
    subscription["schedule"] = schedule["id"]
    shop.tell("subscription_schedule.created", schedule)
    shop.tell("customer.subscription.updated", subscription, {"schedule": None})
    return schedule


def release_from(shop: Shop, subscription: Thing) -> None:
    """Let a subscription go on as it is."""
    if subscription["schedule"]:
        schedule = shop.things[subscription["schedule"]]
        schedule.update(
            status="released", released_at=shop.now(), released_subscription=subscription["id"], subscription=None,
            current_phase=None,
        )  # fmt: skip
        subscription["schedule"] = None
        shop.tell("subscription_schedule.released", schedule)
        shop.tell("customer.subscription.updated", subscription, {"schedule": schedule["id"]})


def next_price(shop: Shop, subscription: Thing) -> Thing | None:
    """Give the price that begins with the next period, None for the same."""
    if not subscription["schedule"]:
        return None
    found: Thing = shop.things[shop.things[subscription["schedule"]]["phases"][1]["items"][0]["price"]]
    return found


def release(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Give a change up that waits."""
    schedule = shop.find("subscription_schedule", thing_id)
    take.leave("preserve_cancel_date")
    take.done()
    if schedule["status"] != "active":
        raise Refusal(f"You cannot release a subscription schedule that is currently in the `{schedule['status']}` "
                      "status.")  # fmt: skip
    release_from(shop, shop.things[schedule["subscription"]])
    return schedule


def _phase(item: Thing, price: Thing, start: int, end: int) -> Thing:
    of_item = {"billing_thresholds": None, "discounts": [], "metadata": {}, "plan": price["id"], "price": price["id"],
               "quantity": item["quantity"], "tax_rates": []}  # fmt: skip
    return {
        "add_invoice_items": [], "application_fee_percent": None, "automatic_tax": None, "billing_cycle_anchor": None,
        "billing_thresholds": None, "collection_method": None, "currency": price["currency"],
        "default_payment_method": None, "default_tax_rates": [], "description": None, "discounts": [],
        "end_date": end, "invoice_settings": None, "items": [of_item], "metadata": {}, "on_behalf_of": None,
        "proration_behavior": "none", "start_date": start, "transfer_data": None, "trial": None, "trial_end": None,
    }  # fmt: skip


ROUTES = [
    post(f"{SCHEDULES}/{{id}}/release", release),
    *reads(SCHEDULES, "subscription_schedule", "customer"),
]
