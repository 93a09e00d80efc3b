"""Checkout Sessions: to pay, to subscribe, to save a card."""

from billing.fake_stripe.dates import DAY, HOUR
from billing.fake_stripe.reading import as_list, page
from billing.fake_stripe.refusals import Refusal, Thing, missing
from billing.fake_stripe.resources import catalogue
from billing.fake_stripe.resources.intents import payable
from billing.fake_stripe.routes import Route, post, reads
from billing.fake_stripe.shop import Shop
from billing.fake_stripe.take import Take

PATH = "/v1/checkout/sessions"
MODES = ("payment", "setup", "subscription")
SHORTEST = HOUR // 2
IGNORED = ("adaptive_pricing", "allow_promotion_codes", "automatic_tax", "billing_address_collection",
           "branding_settings",
           "consent_collection", "custom_fields", "custom_text", "customer_update", "locale", "name_collection",
           "origin_context", "payment_method_collection", "payment_method_options", "phone_number_collection",
           "saved_payment_method_options", "submit_type", "tax_id_collection")  # fmt: skip


def create(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Make a session that waits for its customer."""
    mode = take.needed("mode", one_of=MODES)
    take.text("ui_mode", one_of=("hosted_page",))
    success, cancel = take.needed("success_url"), take.text("cancel_url") or None
    customer, email = take.text("customer") or None, take.text("customer_email") or None
    creation = take.text("customer_creation", one_of=("always", "if_required")) or None
    reference, metadata, expires = take.text("client_reference_id") or None, take.metadata(), take.whole("expires_at")
    currency = take.text("currency") or None
    data = {
        name: _data(take.inner(f"{name}_data"), name) for name in ("payment_intent", "setup_intent", "subscription")
    }
    invoices = take.inner("invoice_creation")
    wants_invoice = invoices.flag("enabled") or False
    invoices.leave("invoice_data")
    take.texts("payment_method_types")
    take.leave(*IGNORED)
    items = [] if mode == "setup" else [_item(shop, item, mode) for item in take.each("line_items")]
    take.done()
    _check(shop, mode, customer, email, items)
    _check_end(shop, expires)
    total = sum(item["amount_total"] for item in items)
    if mode == "payment":
        payable(total)
    session = shop.new(
        "cs_test", "checkout.session",
        adaptive_pricing=None, after_expiration=None, allow_promotion_codes=None,
        amount_subtotal=None if mode == "setup" else total, amount_total=None if mode == "setup" else total,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        billing_address_collection=None, cancel_url=cancel, client_reference_id=reference, client_secret=None,
        collected_information=None, consent=None, consent_collection=None,
        currency=items[0]["currency"] if items else currency, currency_conversion=None, custom_fields=[],
        custom_text={"after_submit": None, "shipping_address": None, "submit": None,
                     "terms_of_service_acceptance": None},
        customer=customer, customer_creation=None if customer else creation or (
            "always" if mode == "subscription" else "if_required"),
        customer_details={"address": None, "business_name": None, "email": email, "individual_name": None, "name": None,
                          "phone": None, "tax_exempt": "none", "tax_ids": None} if email else None,
        customer_email=email, discounts=[], expires_at=expires or shop.now() + DAY, invoice=None,
        invoice_creation={"enabled": wants_invoice, "invoice_data": {"metadata": {}}} if mode == "payment" else None,
        locale=None, metadata=metadata, mode=mode, origin_context=None, payment_intent=None, payment_link=None,
        payment_method_collection="if_required" if mode == "payment" else "always",
        payment_method_configuration_details=None, payment_method_options={}, payment_method_types=["card"],
        payment_status="no_payment_required" if mode == "setup" else "unpaid", permissions=None, recovered_from=None,
        saved_payment_method_options=None, setup_intent=None, shipping_address_collection=None, shipping_cost=None,
        shipping_options=[], status="open", submit_type=None, subscription=None, success_url=success,
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, ui_mode="hosted_page", url=None,
        wallet_options=None, _items=items, _data=data,
    )  # fmt: skip
    session["url"] = f"{shop.address}/pay/{session['id']}"
    return session


def expire(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Close a session that nobody paid."""
    take.done()
    session = shop.find("checkout.session", thing_id)
    if session["status"] != "open":
        said = 'Only Checkout Sessions with a status in ["open"] can be expired. '
        raise Refusal(f"{said}This Checkout Session has a status of {session['status']}.")
    return end(shop, session)


def end(shop: Shop, session: Thing) -> Thing:
    """Let a session expire."""
    session.update(status="expired", url=None)
    shop.tell("checkout.session.expired", session)
    return session


def update(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Change a session's metadata."""
    session = shop.find("checkout.session", thing_id)
    session["metadata"] = take.metadata(session["metadata"])
    take.done()
    return session


def line_items(shop: Shop, session: Thing) -> Thing:  # noqa: ARG001
    """Give what is bought."""
    return as_list(session["_items"], f"{PATH}/{session['id']}/line_items")


def list_items(shop: Shop, take: Take, thing_id: str) -> Thing:
    """List what is bought, page by page."""
    return page(shop.find("checkout.session", thing_id)["_items"], take, f"{PATH}/{thing_id}/line_items")


def _item(shop: Shop, item: Take, mode: str) -> Thing:
    quantity = item.whole("quantity", least=1) or 1
    item.leave("adjustable_quantity", "tax_rates")
    if "price_data" in item:
        price = catalogue.read_price(shop, item.inner("price_data"))
    else:
        price = shop.find("price", item.needed("price"), param=item.name("price"))
    if not price["active"]:
        raise Refusal(f"The price specified is inactive. This field only accepts active prices: {price['id']}",
                      param=item.name("price"))  # fmt: skip
    if mode == "payment" and price["recurring"]:
        raise Refusal("You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode "
                      "or use only one-time prices.", param="line_items")  # fmt: skip
    amount = price["unit_amount"] * quantity
    return {
        "id": shop.new_id("li"), "object": "item", "adjustable_quantity": None, "amount_discount": 0,
        "amount_subtotal": amount, "amount_tax": 0, "amount_total": amount, "currency": price["currency"],
        "description": shop.things[price["product"]]["name"], "metadata": {}, "price": price, "quantity": quantity,
    }  # fmt: skip


def _check(shop: Shop, mode: str, customer: str | None, email: str | None, items: list[Thing]) -> None:
    if customer:
        shop.find("customer", customer, param="customer")
    if customer and email:
        raise Refusal("You may only specify one of these parameters: customer, customer_email.", param="customer_email")
    if mode != "setup" and not items:
        raise missing("line_items")
    if mode == "subscription" and not any(item["price"]["recurring"] for item in items):
        raise Refusal("You must provide at least one recurring price in `subscription` mode when using prices.",
                      param="line_items")  # fmt: skip


def _check_end(shop: Shop, expires: int | None) -> None:
    if expires is not None and not SHORTEST - 60 <= expires - shop.now() <= DAY + 60:
        raise Refusal("The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session "
                      "creation.", param="expires_at")  # fmt: skip


def _data(given: Take, of: str) -> Thing:
    data: Thing = {"metadata": given.metadata(), "description": given.text("description") or None}
    if of == "payment_intent":
        usage = given.text("setup_future_usage", one_of=("off_session", "on_session"))
        data["setup_future_usage"], data["receipt_email"] = usage or None, given.text("receipt_email") or None
        given.leave("statement_descriptor", "statement_descriptor_suffix", "capture_method")
    if of == "subscription":
        given.leave("proration_behavior", "trial_settings", "billing_mode")
    return data


ROUTES = [
    post(PATH, create),
    post(f"{PATH}/{{id}}", update),
    post(f"{PATH}/{{id}}/expire", expire),
    Route("GET", f"{PATH}/{{id}}/line_items", list_items),
    *reads(PATH, "checkout.session", "customer", "payment_intent", "subscription", "status"),
]
