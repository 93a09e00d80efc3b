"""Products and prices."""

from billing.fake_stripe.refusals import Refusal, Thing, missing
from billing.fake_stripe.routes import post, reads
from billing.fake_stripe.shop import Shop
from billing.fake_stripe.take import Take

PRODUCTS, PRICES = "/v1/products", "/v1/prices"
INTERVALS = ("day", "week", "month", "year")


def create_product(shop: Shop, take: Take, thing_id: str = "") -> Thing:  # noqa: ARG001
    """Make a product."""
    name, description, metadata = take.needed("name"), take.text("description") or None, take.metadata()
    wanted_id, active = take.text("id"), take.flag("active")
    take.leave("images", "statement_descriptor", "tax_code", "unit_label", "url", "shippable", "type")
    take.done()
    if wanted_id and wanted_id in shop.things:
        raise Refusal("Product already exists.", code="resource_already_exists", param="id")
    product = make_product(shop, name=name, description=description, metadata=metadata, active=active is not False)
    if wanted_id:
        shop.things[wanted_id] = shop.things.pop(product["id"])
        product["id"] = wanted_id
    shop.tell("product.created", product)
    return product


def make_product(
    shop: Shop,
    *,
    name: str,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    active: bool = True,
) -> Thing:
    """Make a product, of a request or of a price made on the spot."""
    return shop.new(
        "prod",
        "product",
        active=active,
        default_price=None,
        description=description,
        images=[],
        marketing_features=[],
        metadata=metadata or {},
        name=name,
        package_dimensions=None,
        shippable=None,
        statement_descriptor=None,
        tax_code=None,
        type="service",
        unit_label=None,
        updated=shop.now(),
        url=None,
    )


def update_product(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Change a product."""
    product = shop.find("product", thing_id)
    if "name" in take:
        product["name"] = take.needed("name")
    if "description" in take:
        product["description"] = take.text("description") or None
    if (active := take.flag("active")) is not None:
        product["active"] = active
    if default := take.text("default_price"):
        product["default_price"] = shop.find("price", default, param="default_price")["id"]
    product.update(metadata=take.metadata(product["metadata"]), updated=shop.now())
    take.done()
    shop.tell("product.updated", product)
    return product


def create_price(shop: Shop, take: Take, thing_id: str = "") -> Thing:  # noqa: ARG001
    """Make a price."""
    nickname, key, transfer = take.text("nickname"), take.text("lookup_key"), take.flag("transfer_lookup_key")
    metadata, active = take.metadata(), take.flag("active")
    take.leave("tax_behavior", "billing_scheme")
    price = read_price(shop, take, metadata=metadata)
    take.done()
    if key:
        for other in shop.all("price"):
            if other["lookup_key"] == key and not transfer:
                del shop.things[price["id"]]
                said = f"A price (`{other['id']}`) already uses that lookup key."
                raise Refusal(said, param="lookup_key")
            if other["lookup_key"] == key:
                other["lookup_key"] = None
    price.update(nickname=nickname or None, lookup_key=key or None, active=active is not False)
    shop.tell("price.created", price)
    return price


def read_price(shop: Shop, take: Take, *, metadata: dict[str, str] | None = None) -> Thing:
    """Make a price of parameters: `currency`, `unit_amount`, `product` or `product_data`, `recurring`."""
    currency, cents, product_id = (
        take.needed("currency").lower(),
        take.whole("unit_amount", least=0),
        take.text("product"),
    )
    if cents is None:
        raise missing(take.name("unit_amount"))
    recurring = None
    if "recurring" in take:
        given = take.inner("recurring")
        interval = given.needed("interval", one_of=INTERVALS)
        recurring = {
            "interval": interval,
            "interval_count": given.whole("interval_count", least=1) or 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": given.text("usage_type", one_of=("licensed",)) or "licensed",
        }
    if product_id:
        product = shop.find("product", product_id, param=take.name("product"))
    else:
        if "product_data" not in take:
            raise missing(take.name("product"))
        data = take.inner("product_data")
        data.leave("images", "tax_code")
        name, description = data.needed("name"), data.text("description") or None
        product = make_product(shop, name=name, description=description, metadata=data.metadata())
    return shop.new(
        "price",
        "price",
        active=True,
        billing_scheme="per_unit",
        currency=currency,
        custom_unit_amount=None,
        lookup_key=None,
        metadata=metadata or {},
        nickname=None,
        product=product["id"],
        recurring=recurring,
        tax_behavior="unspecified",
        tiers_mode=None,
        transform_quantity=None,
        type="recurring" if recurring else "one_time",
        unit_amount=cents,
        unit_amount_decimal=str(cents),
    )


def update_price(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Change what of a price can be changed: not what it costs."""
    price = shop.find("price", thing_id)
    for name in ("nickname", "lookup_key"):
        if name in take:
            price[name] = take.text(name) or None
    if (active := take.flag("active")) is not None:
        price["active"] = active
    price["metadata"] = take.metadata(price["metadata"])
    take.leave("transfer_lookup_key", "tax_behavior")
    take.done()
    shop.tell("price.updated", price)
    return price


def _narrow(things: list[Thing], take: Take) -> list[Thing]:
    keys = take.texts("lookup_keys")
    return [thing for thing in things if not keys or thing["lookup_key"] in keys]


ROUTES = [
    post(PRODUCTS, create_product),
    post(f"{PRODUCTS}/{{id}}", update_product),
    *reads(PRODUCTS, "product", "active"),
    post(PRICES, create_price),
    post(f"{PRICES}/{{id}}", update_price),
    *reads(PRICES, "price", "active", "product", "type", "currency", narrow=_narrow),
]
