"""SetupIntents: a card is saved without paying."""

from billing.fake_stripe import bank
from billing.fake_stripe.refusals import Refusal, Thing, missing
from billing.fake_stripe.resources import methods
from billing.fake_stripe.routes import post, reads
from billing.fake_stripe.shop import Shop, shown
from billing.fake_stripe.take import Take

PATH = "/v1/setup_intents"
IGNORED = ("automatic_payment_methods", "payment_method_options", "mandate_data", "use_stripe_sdk", "single_use")


def make(
    shop: Shop, *, customer: str | None, metadata: dict[str, str] | None = None, description: str | None = None,
    usage: str = "off_session",
) -> Thing:  # fmt: skip
    """Make an intent that wants a card."""
    intent = shop.new(
        "seti",
        "setup_intent",
        application=None,
        automatic_payment_methods=None,
        cancellation_reason=None,
        client_secret=None,
        customer=customer,
        description=description,
        flow_directions=None,
        last_setup_error=None,
        latest_attempt=None,
        mandate=None,
        metadata=metadata or {},
        next_action=None,
        on_behalf_of=None,
        payment_method=None,
        payment_method_options={},
        payment_method_types=["card"],
        single_use_mandate=None,
        status="requires_payment_method",
        usage=usage,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{shop.new_id('')[1:]}"
    shop.tell("setup_intent.created", intent)
    return intent


def create(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Make an intent, and confirm it when asked."""
    customer, method_id = take.text("customer") or None, take.text("payment_method")
    usage = take.text("usage", one_of=("off_session", "on_session")) or "off_session"
    wants, return_url = take.flag("confirm"), take.text("return_url") or None
    metadata, description = take.metadata(), take.text("description") or None
    take.texts("payment_method_types")
    take.leave(*IGNORED)
    take.done()
    if customer:
        shop.find("customer", customer, param="customer")
    method = methods.find(shop, method_id, customer=customer) if method_id else None
    if wants and method is None:
        raise missing("payment_method")
    intent = make(shop, customer=customer, metadata=metadata, description=description, usage=usage)
    if method is not None:
        intent.update(payment_method=method["id"], status="requires_confirmation")
        if wants:
            bank.confirm(shop, intent, method, off_session=False, return_url=return_url)
    return intent


def confirm(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Ask the bank."""
    intent = _open(shop, thing_id)
    method_id = take.text("payment_method") or intent["payment_method"]
    return_url = take.text("return_url") or None
    take.leave(*IGNORED)
    take.done()
    if not method_id:
        raise missing("payment_method")
    method = methods.find(shop, method_id, customer=intent["customer"])
    bank.confirm(shop, intent, method, off_session=False, return_url=return_url)
    return intent


def cancel(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Give an intent up."""
    reason = take.text("cancellation_reason", one_of=("abandoned", "duplicate", "requested_by_customer"))
    take.done()
    intent = _open(shop, thing_id)
    intent.update(status="canceled", cancellation_reason=reason or None, next_action=None)
    shop.tell("setup_intent.canceled", intent)
    return intent


def _open(shop: Shop, thing_id: str) -> Thing:
    intent = shop.find("setup_intent", thing_id)
    if intent["status"] in ("succeeded", "canceled"):
        said = f"This SetupIntent has a status of {intent['status']} and cannot be changed."
        raise Refusal(said, code="setup_intent_unexpected_state", setup_intent=shown(intent))
    return intent


ROUTES = [
    post(PATH, create),
    post(f"{PATH}/{{id}}/confirm", confirm),
    post(f"{PATH}/{{id}}/cancel", cancel),
    *reads(PATH, "setup_intent", "customer", "payment_method"),
]
