"""Customers."""

from billing.fake_stripe.reading import page, where
from billing.fake_stripe.refusals import Thing
from billing.fake_stripe.routes import Route, post, reads
from billing.fake_stripe.shop import Shop, shown
from billing.fake_stripe.take import Take

PATH = "/v1/customers"
TEXTS = ("name", "email", "description", "phone")


def create(shop: Shop, take: Take, thing_id: str = "") -> Thing:  # noqa: ARG001
    """Make a customer."""
    texts = {name: take.text(name) or None for name in TEXTS}
    method = take.inner("invoice_settings").text("default_payment_method") or None
    metadata = take.metadata()
    take.leave("preferred_locales", "tax_exempt", "address", "shipping")
    take.done()
    return make(shop, metadata=metadata, method=method, **texts)


def make(shop: Shop, *, metadata: dict[str, str], method: str | None = None, **texts: str | None) -> Thing:
    """Make a customer, of a request or of a checkout."""
    customer = shop.new(
        "cus",
        "customer",
        **{name: texts.get(name) for name in TEXTS},
        address=None,
        balance=0,
        currency=None,
        default_source=None,
        delinquent=False,
        discount=None,
        invoice_prefix=shop.new_id("")[1:9].upper(),
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": method,
            "footer": None,
            "rendering_options": None,
        },
        metadata=metadata,
        next_invoice_sequence=1,
        preferred_locales=[],
        shipping=None,
        tax_exempt="none",
        test_clock=None,
    )
    shop.tell("customer.created", customer)
    return customer


def update(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Change a customer."""
    customer = shop.find("customer", thing_id)
    changes: Thing = {name: take.text(name) or None for name in TEXTS if name in take}
    changes["metadata"] = take.metadata(customer["metadata"])
    settings = take.inner("invoice_settings")
    if "default_payment_method" in settings:
        set_default(shop, customer, settings.text("default_payment_method") or None)
    take.leave("preferred_locales", "tax_exempt", "address", "shipping")
    take.done()
    before = {name: customer[name] for name in changes if customer[name] != changes[name]}
    customer.update(changes)
    shop.tell("customer.updated", customer, before)
    return customer


def set_default(shop: Shop, customer: Thing, method: str | None) -> None:
    """Choose the card that pays for plans."""
    if method:
        shop.find("payment_method", method, param="invoice_settings[default_payment_method]")
    customer["invoice_settings"]["default_payment_method"] = method


def delete(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Forget a customer; its payments stay."""
    take.done()
    customer = shop.find("customer", thing_id)
    shop.tell("customer.deleted", customer)
    del shop.things[thing_id]
    return {"id": thing_id, "object": "customer", "deleted": True}


def methods(shop: Shop, take: Take, thing_id: str) -> Thing:
    """List a customer's saved cards."""
    shop.find("customer", thing_id)
    mine = [thing for thing in shop.all("payment_method") if thing["customer"] == thing_id]
    return page(where(mine, take, "type"), take, f"{PATH}/{thing_id}/payment_methods")


def method_of(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Give one of a customer's saved cards."""
    customer, _, method = thing_id.partition("/")
    shop.find("customer", customer)
    take.done()
    found: Thing = shown(shop.find("payment_method", method))
    return found


ROUTES = [
    post(PATH, create),
    post(f"{PATH}/{{id}}", update),
    Route("DELETE", f"{PATH}/{{id}}", delete),
    Route("GET", f"{PATH}/{{id}}/payment_methods", methods),
    Route("GET", f"{PATH}/{{id}}/payment_methods/{{method}}", method_of),
    *reads(PATH, "customer", "email"),
]
