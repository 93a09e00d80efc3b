"""Customer Portal sessions."""

from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.routes import post, reads
from billing.fake_stripe.shop import Shop
from billing.fake_stripe.take import Take

SESSIONS, CONFIGURATIONS = "/v1/billing_portal/sessions", "/v1/billing_portal/configurations"
FLOWS = ("customer_update", "payment_method_update", "subscription_cancel", "subscription_update",
         "subscription_update_confirm")  # fmt: skip
PRORATIONS, CONDITIONS = (
    ("always_invoice", "create_prorations", "none"),
    ("decreasing_item_amount", "shortening_interval"),
)


def create(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Make a session: a link that lets a customer in."""
    customer = shop.find("customer", take.needed("customer"), param="customer")
    return_url = take.text("return_url") or None
    wanted = take.text("configuration")
    configuration = shop.find("billing_portal.configuration", wanted) if wanted else _default(shop)
    flow = _flow(take.inner("flow_data")) if "flow_data" in take else None
    take.leave("locale", "on_behalf_of")
    take.done()
    session = shop.new(
        "bps", "billing_portal.session", configuration=configuration["id"], customer=customer["id"],
        customer_account=None, flow=flow, locale=None, on_behalf_of=None, return_url=return_url, url="",
        _token=shop.new_id("")[1:],
    )  # fmt: skip
    session["url"] = f"{shop.address}/portal/{session['_token']}"
    shop.tell("billing_portal.session.created", session)
    return session


def create_configuration(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Make a configuration; of its features the simulated portal heeds how plans are changed."""
    take.leave("business_profile", "default_return_url", "login_page", "name")
    metadata, features = take.metadata(), take.inner("features")
    features.leave("customer_update", "invoice_history", "payment_method_update", "subscription_cancel",
                   "subscription_pause")  # fmt: skip
    changes = _changes(shop, features.inner("subscription_update"))
    take.done()
    made = _configuration(shop, is_default=False, metadata=metadata)
    made["features"]["subscription_update"].update(changes)
    shop.tell("billing_portal.configuration.created", made)
    return made


def _changes(shop: Shop, given: Take) -> Thing:
    """Read how plans may be changed."""
    products = [_product(shop, each) for each in given.each("products")]
    return {
        "default_allowed_updates": given.texts("default_allowed_updates"),
        "enabled": bool(given.flag("enabled")),
        "products": products,
        "proration_behavior": given.text("proration_behavior", one_of=PRORATIONS) or "none",
        "schedule_at_period_end": {
            "conditions": [
                {"type": each.needed("type", one_of=CONDITIONS)}
                for each in given.inner("schedule_at_period_end").each("conditions")
            ]
        },
    }


def _product(shop: Shop, given: Take) -> Thing:
    product, prices = given.needed("product"), given.texts("prices")
    shop.find("product", product, param=given.name("product"))
    for price in prices:
        if shop.find("price", price, param=given.name("prices"))["product"] != product:
            raise Refusal(f"The price {price} is not of the product {product}.", param=given.name("prices"))
    off = {"enabled": False, "maximum": None, "minimum": 1}
    return {"adjustable_quantity": off, "prices": prices, "product": product}


def _flow(given: Take) -> Thing:
    kind = given.needed("type", one_of=FLOWS)
    given.leave("after_completion", "subscription_update", "subscription_update_confirm")
    cancel = given.inner("subscription_cancel")
    subscription = cancel.text("subscription")
    cancel.leave("retention")
    return {
        "after_completion": {"hosted_confirmation": None, "redirect": None, "type": "portal_homepage"},
        "subscription_cancel": {"retention": None, "subscription": subscription} if subscription else None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": kind,
    }


def _default(shop: Shop) -> Thing:
    for configuration in shop.all("billing_portal.configuration"):
        if configuration["is_default"]:
            return configuration
    return _configuration(shop, is_default=True, metadata={})


def _configuration(shop: Shop, *, is_default: bool, metadata: dict[str, str]) -> Thing:
    off = {"enabled": False}
    return shop.new(
        "bpc", "billing_portal.configuration", active=True, application=None,
        business_profile={"headline": None, "privacy_policy_url": None, "terms_of_service_url": None},
        default_return_url=None,
        features={
            "customer_update": {"allowed_updates": [], **off},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True, "payment_method_configuration": None},
            "subscription_cancel": {
                "cancellation_reason": {"enabled": False, "options": ["other"]}, "enabled": True,
                "mode": "at_period_end", "proration_behavior": "none",
            },
            "subscription_pause": {"duration": {"interval_options": [], "type": "indefinite"}, **off},
            "subscription_update": {"billing_cycle_anchor": None, "default_allowed_updates": [],
                                    "proration_behavior": "none", **off,
                                    "schedule_at_period_end": {"conditions": []}, "trial_update_behavior": "end_trial"},
        },
        is_default=is_default, login_page={"enabled": False, "url": None}, metadata=metadata, name=None,
        updated=shop.now(),
    )  # fmt: skip


ROUTES = [
    post(SESSIONS, create),
    post(CONFIGURATIONS, create_configuration),
    *reads(CONFIGURATIONS, "billing_portal.configuration", "active", "is_default"),
]
