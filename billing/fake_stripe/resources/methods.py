"""Payment methods: saved cards."""

from billing.fake_stripe.cards import BY_TOKEN, CARDS, TOKENS, Card
from billing.fake_stripe.refusals import Refusal, Thing, missing, no_such
from billing.fake_stripe.routes import post, reads
from billing.fake_stripe.shop import Shop
from billing.fake_stripe.take import Take

PATH = "/v1/payment_methods"
NOBODY = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}


def make(shop: Shop, card: Card, *, metadata: dict[str, str] | None = None) -> Thing:
    """Make a card that is nobody's yet."""
    return shop.new(
        "pm",
        "payment_method",
        allow_redisplay="unspecified",
        billing_details=dict(NOBODY),
        card=card.shape(),
        customer=None,
        metadata=metadata or {},
        type="card",
        _number=card.number,
        _set_up=False,
    )


def card_of(method: Thing) -> Card:
    """Give the test card behind it."""
    return CARDS[method["_number"]]


def find(shop: Shop, method_id: str, *, customer: str | None = None, param: str = "payment_method") -> Thing:
    """Find a card by id, or make one of a test token such as `pm_card_visa`; refuses another customer's."""
    if card := BY_TOKEN.get(method_id):
        return make(shop, card)
    if method_id not in shop.things:
        raise no_such("PaymentMethod", method_id, param)
    method = shop.find("payment_method", method_id, param=param)
    if method["customer"] and method["customer"] != customer:
        raise Refusal(
            "The provided PaymentMethod cannot be used. It belongs to a different Customer, or no customer was given."
            if customer
            else f"The payment method `{method_id}` belongs to the Customer `{method['customer']}`. Please include "
            "the Customer in the `customer` parameter.",
            code="payment_method_customer_mismatch" if customer else None,
            param=param,
        )
    if method.get("_detached"):
        raise Refusal(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared "
            "with a connected account without Customer attachment, or was detached from a Customer. It may not be "
            "used again.",
            param=param,
        )
    return method


def attach(shop: Shop, method: Thing, customer: Thing) -> None:
    """Save a card with a customer; raises Refusal when its bank will not have it."""
    card = card_of(method)
    if card.decline and not card.attaches:
        raise card.decline.refusal()
    if method["customer"] == customer["id"]:
        return
    method["customer"] = customer["id"]
    shop.tell("payment_method.attached", method)


def create(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Make a card of its number, or of a token such as `tok_visa`."""
    take.needed("type", one_of=("card",))
    given = take.inner("card")
    given.leave("exp_month", "exp_year", "cvc")
    number, token = given.text("number"), given.text("token")
    metadata = take.metadata()
    take.leave("billing_details", "allow_redisplay")
    take.done()
    if not number and not token:
        raise missing("card")
    card = CARDS.get(number.replace(" ", "")) if number else TOKENS.get(token or "")
    if card is None:
        raise Refusal("Your card number is incorrect.", status=402, kind="card_error", code="incorrect_number",
                      param="number") if number else no_such("token", token or "", "card[token]")  # fmt: skip
    return make(shop, card, metadata=metadata)


def update(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Change what is noted of a card."""
    method = shop.find("payment_method", thing_id)
    method["metadata"] = take.metadata(method["metadata"])
    take.leave("billing_details", "card", "allow_redisplay")
    take.done()
    shop.tell("payment_method.updated", method)
    return method


def attach_to(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Save a card with a customer."""
    customer = shop.find("customer", take.needed("customer"), param="customer")
    take.done()
    method = find(shop, thing_id, customer=customer["id"])
    attach(shop, method, customer)
    return method


def detach(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Take a card away from its customer, for good."""
    take.done()
    method = shop.find("payment_method", thing_id)
    if not method["customer"]:
        raise Refusal("The payment method you provided is not attached to a customer so detachment is impossible.")
    forget(shop, method)
    return method


def forget(shop: Shop, method: Thing) -> None:
    """Detach a card, also as the one that pays for plans."""
    customer = shop.things.get(method["customer"])
    if customer and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
    for subscription in shop.all("subscription"):
        if subscription["default_payment_method"] == method["id"]:
            subscription["default_payment_method"] = None
    before = {"customer": method["customer"]}
    method["customer"], method["_detached"] = None, True
    shop.tell("payment_method.detached", method, before)


ROUTES = [
    post(PATH, create),
    post(f"{PATH}/{{id}}", update),
    post(f"{PATH}/{{id}}/attach", attach_to),
    post(f"{PATH}/{{id}}/detach", detach),
    *reads(PATH, "payment_method", "customer", "type"),
]
