"""What happens to a payment or a set-up: the bank pays, refuses, or asks its customer first."""

from billing.fake_stripe.cards import AUTHENTICATION_REQUIRED, DECLINES, Asks, Card, Decline
from billing.fake_stripe.charging import charge
from billing.fake_stripe.refusals import Thing
from billing.fake_stripe.resources import methods
from billing.fake_stripe.shop import Shop, shown

ERRORS = {"payment_intent": "last_payment_error", "setup_intent": "last_setup_error"}


def confirm(shop: Shop, intent: Thing, method: Thing, *, off_session: bool, return_url: str | None = None) -> None:
    """Ask the bank for an intent; raises Refusal when it says no."""
    card = methods.card_of(method)
    intent["payment_method"] = method["id"]
    intent[ERRORS[intent["object"]]] = None
    intent["_off_session"] = off_session
    forced = shop.orders.take("ask_bank") is not None
    if forced or _asks(card, method, intent, off_session=off_session):
        if off_session:
            _refuse(shop, intent, method, AUTHENTICATION_REQUIRED)
        _ask(shop, intent, return_url)
        return
    finish(shop, intent)


def finish(shop: Shop, intent: Thing) -> None:
    """Bring an intent to its end, the customer's confirmation being given or not needed; raises Refusal."""
    method = shop.things[intent["payment_method"]]
    ordered = shop.orders.take("decline")
    decline = DECLINES[ordered.option("code")] if ordered else methods.card_of(method).decline
    is_setup = intent["object"] == "setup_intent"
    if decline and not (is_setup and not ordered and methods.card_of(method).attaches):
        _refuse(shop, intent, method, decline)
    intent.update(status="succeeded", next_action=None)
    if is_setup or intent["setup_future_usage"]:
        method["_set_up"] = True
    if intent["customer"] and (is_setup or intent["setup_future_usage"]):
        methods.attach(shop, method, shop.find("customer", intent["customer"], param="customer"))
    if is_setup:
        shop.tell("setup_intent.succeeded", intent)
        return
    paid = charge(shop, intent, method)
    intent.update(latest_charge=paid["id"], amount_received=paid["amount"])
    shop.tell("payment_intent.succeeded", intent)
    if methods.card_of(method).disputed:
        from billing.fake_stripe.disputing import open_dispute

        open_dispute(shop, paid, reason="fraudulent")


def not_confirmed(shop: Shop, intent: Thing) -> None:
    """Let the customer's confirmation fail."""
    kind = "payment_intent" if intent["object"] == "payment_intent" else "setup_intent"
    says = "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    method = shop.things[intent["payment_method"]]
    intent.update(status="requires_payment_method", next_action=None, payment_method=None)
    intent[ERRORS[kind]] = {
        "code": f"{kind}_authentication_failure",
        "doc_url": f"https://docs.stripe.com/error-codes/{kind.replace('_', '-')}-authentication-failure",
        "message": says,
        "payment_method": shown(method),
        "type": "invalid_request_error",
    }
    shop.tell("payment_intent.payment_failed" if kind == "payment_intent" else "setup_intent.setup_failed", intent)


def _asks(card: Card, method: Thing, intent: Thing, *, off_session: bool) -> bool:
    match card.asks:
        case Asks.ALWAYS:
            return True
        case Asks.UNLESS_SET_UP:
            return not (off_session and method["_set_up"])
        case Asks.ON_SESSION:
            return not off_session and intent["object"] == "payment_intent"
        case Asks.NEVER:
            return False


def _ask(shop: Shop, intent: Thing, return_url: str | None) -> None:
    place = f"{shop.address}/bank/{intent['id']}"
    intent["_return_url"] = return_url
    intent["status"] = "requires_action"
    intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": place}}
    shop.tell(f"{intent['object']}.requires_action", intent)


def _refuse(shop: Shop, intent: Thing, method: Thing, decline: Decline) -> None:
    """Note a no, and raise it."""
    is_payment = intent["object"] == "payment_intent"
    failed = charge(shop, intent, method, decline=decline) if is_payment else None
    refusal = decline.refusal(charge=failed["id"] if failed else None, payment_method=shown(method))
    intent.update(status="requires_payment_method", next_action=None, payment_method=None)
    intent[ERRORS[intent["object"]]] = dict(refusal.body["error"])
    if failed:
        intent["latest_charge"] = failed["id"]
    shop.tell("payment_intent.payment_failed" if is_payment else "setup_intent.setup_failed", intent)
    refusal.body["error"][intent["object"]] = shown(intent)
    raise refusal
