"""PaymentIntents."""

from billing.fake_stripe import bank
from billing.fake_stripe.refusals import Refusal, Thing, missing
from billing.fake_stripe.resources import methods
from billing.fake_stripe.routes import post, reads
from billing.fake_stripe.shop import Shop, shown
from billing.fake_stripe.take import Take

PATH = "/v1/payment_intents"
FEWEST_CENTS, MOST_CENTS = 50, 99_999_999
WAITS = ("requires_payment_method", "requires_confirmation", "requires_action")
IGNORED = ("statement_descriptor", "statement_descriptor_suffix", "shipping", "payment_method_options", "mandate",
           "mandate_data", "error_on_requires_action", "use_stripe_sdk", "radar_options")  # fmt: skip


def make(
    shop: Shop,
    *,
    amount: int,
    currency: str,
    customer: str | None,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    setup_future_usage: str | None = None,
    receipt_email: str | None = None,
    automatic: Thing | None = None,
) -> Thing:
    """Make an intent that wants a card; an order for another amount or currency strikes here."""
    if order := shop.orders.take("another_amount"):
        amount = int(order.option("cents"))
    if order := shop.orders.take("another_currency"):
        currency = order.option("currency")
    intent = shop.new(
        "pi",
        "payment_intent",
        amount=amount,
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        application=None,
        application_fee_amount=None,
        automatic_payment_methods=automatic,
        canceled_at=None,
        cancellation_reason=None,
        capture_method="automatic_async",
        client_secret=None,
        confirmation_method="automatic",
        currency=currency,
        customer=customer,
        description=description,
        last_payment_error=None,
        latest_charge=None,
        metadata=metadata or {},
        next_action=None,
        on_behalf_of=None,
        payment_method=None,
        payment_method_configuration_details=None,
        payment_method_options={},
        payment_method_types=["card"],
        payment_record=None,
        processing=None,
        receipt_email=receipt_email,
        review=None,
        setup_future_usage=setup_future_usage,
        shipping=None,
        source=None,
        statement_descriptor=None,
        statement_descriptor_suffix=None,
        status="requires_payment_method",
        transfer_data=None,
        transfer_group=None,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{shop.new_id('')[1:]}"
    shop.tell("payment_intent.created", intent)
    return intent


def create(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Make an intent, and confirm it when asked; raises Refusal for what a bank refuses."""
    amount = payable(take.whole("amount"))
    currency = take.needed("currency").lower()
    customer, description = take.text("customer") or None, take.text("description") or None
    usage = take.text("setup_future_usage", one_of=("off_session", "on_session")) or None
    receipt, metadata = take.text("receipt_email") or None, take.metadata()
    automatic = take.inner("automatic_payment_methods")
    wanted = {
        "enabled": automatic.flag("enabled") or False,
        "allow_redirects": automatic.text("allow_redirects", one_of=("always", "never")) or "always",
    }
    take.text("capture_method", one_of=("automatic", "automatic_async"))
    take.texts("payment_method_types")
    take.leave(*IGNORED)
    wants = take.flag("confirm")
    off_session, return_url, method_id = _how(take)
    take.done()
    if customer:
        shop.find("customer", customer, param="customer")
    if off_session and not wants:
        raise Refusal("You cannot set `off_session` when `confirm` is not `true`.", param="off_session")
    method = methods.find(shop, method_id, customer=customer) if method_id else None
    if wants and method is None:
        raise missing("payment_method")
    intent = make(
        shop, amount=amount, currency=currency, customer=customer, description=description, metadata=metadata,
        setup_future_usage=usage, receipt_email=receipt, automatic=wanted if wanted["enabled"] else None,
    )  # fmt: skip
    if method is not None:
        intent.update(payment_method=method["id"], status="requires_confirmation")
        if wants:
            bank.confirm(shop, intent, method, off_session=off_session, return_url=return_url)
    return intent


def payable(amount: int | None) -> int:
    """Refuse an amount that Stripe does not take."""
    if amount is None:
        raise missing("amount")
    if amount < FEWEST_CENTS:
        said = "Amount must be at least $0.50 usd" if amount > 0 else "This value must be greater than or equal to 1."
        code = "amount_too_small" if amount > 0 else "parameter_invalid_integer"
        raise Refusal(said, code=code, param="amount")
    if amount > MOST_CENTS:
        raise Refusal("Amount must be no more than $999,999.99", code="amount_too_large", param="amount")
    return amount


def confirm(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Ask the bank."""
    intent = _open(shop, thing_id, "confirm")
    take.leave(*IGNORED, "capture_method", "setup_future_usage", "receipt_email", "payment_method_types")
    off_session, return_url, method_id = _how(take)
    take.done()
    method_id = method_id or intent["payment_method"]
    if not method_id:
        raise missing("payment_method")
    method = methods.find(shop, method_id, customer=intent["customer"])
    bank.confirm(shop, intent, method, off_session=off_session, return_url=return_url)
    return intent


def update(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Change what an intent that is not paid asks for."""
    intent = _open(shop, thing_id, "update") if "amount" in take else shop.find("payment_intent", thing_id)
    if "amount" in take:
        intent["amount"] = payable(take.whole("amount"))
    for name in ("description", "receipt_email", "setup_future_usage"):
        if name in take:
            intent[name] = take.text(name) or None
    if method_id := take.text("payment_method"):
        method = methods.find(shop, method_id, customer=intent["customer"])
        intent.update(payment_method=method["id"], status="requires_confirmation")
    intent["metadata"] = take.metadata(intent["metadata"])
    take.leave(*IGNORED)
    take.done()
    return intent


def cancel(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Give an intent up."""
    reasons = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
    reason = take.text("cancellation_reason", one_of=reasons) or None
    take.done()
    intent = _open(shop, thing_id, "cancel")
    give_up(shop, intent, reason)
    return intent


def give_up(shop: Shop, intent: Thing, reason: str | None) -> None:
    """Cancel an intent."""
    intent.update(status="canceled", canceled_at=shop.now(), cancellation_reason=reason, next_action=None)
    shop.tell("payment_intent.canceled", intent)


def _open(shop: Shop, thing_id: str, verb: str) -> Thing:
    intent = shop.find("payment_intent", thing_id)
    if intent["status"] not in WAITS:
        said = f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}."
        raise Refusal(said, code="payment_intent_unexpected_state", payment_intent=shown(intent))
    return intent


def _how(take: Take) -> tuple[bool, str | None, str | None]:
    off_session = take.text("off_session")
    return off_session in ("true", "one_off", "recurring"), take.text("return_url") or None, take.text("payment_method")


ROUTES = [
    post(PATH, create),
    post(f"{PATH}/{{id}}", update),
    post(f"{PATH}/{{id}}/confirm", confirm),
    post(f"{PATH}/{{id}}/cancel", cancel),
    *reads(PATH, "payment_intent", "customer"),
]
