"""Ask Stripe. The only module that imports its SDK: what goes out is named here, what comes back is frozen facts.

Amounts are in cents, as Stripe has them. Every order carries an idempotency key that its caller chose, so that one that
is repeated, by the SDK after a broken connection or by us after a crash, happens once (Stripe keeps keys for a day).
Ask with no transaction open. Raises StripeOff without a key, StripeUnreachable when nobody knows what happened,
NotAtStripe for an id that Stripe does not have, CardRefused, and StripeRefused for all else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

import stripe
from django.conf import settings

from billing.errors import CardRefused, NotAtStripe, StripeOff, StripeRefused, StripeUnreachable
from billing.stripe_facts import (
    Checkout,
    Dispute,
    Intent,
    Invoice,
    Refund,
    Subscription,
    id_of,
    read_checkout,
    read_dispute,
    read_intent,
    read_invoice,
    read_refund,
    read_subscription,
)

VERSION = "2026-10-28.endive"  # what the readers below were written for, and the SDK's own
CONNECT_SECONDS, READ_SECONDS = 3.0, 20.0
RETRIES = 2
PAGE = 100
# The signature is checked against the SDK's own; a time that has not come yet is ours to refuse.
TOLERANCE_SECONDS = 300

P = ParamSpec("P")
T = TypeVar("T")


@lru_cache(maxsize=4)
def _client_for(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        stripe_version=VERSION,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
    )


def is_on() -> bool:
    """Tell whether there is a key: without one nobody can pay."""
    return bool(settings.STRIPE_SECRET_KEY)


def _v1() -> Any:
    if not is_on():
        raise StripeOff
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE).v1


@contextmanager
def _sorted_errors() -> Iterator[None]:
    """Sort the SDK's errors by what to do next; their words for people are kept, their bodies are not."""
    try:
        yield
    except stripe.CardError as error:
        intent = getattr(getattr(error.error, "payment_intent", None), "id", "") if error.error else ""
        raise CardRefused(error.user_message or "The card was refused.", code=error.code or "", intent=intent) from None
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise StripeUnreachable(type(error).__name__) from None
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            raise NotAtStripe(error.param or "") from None
        raise StripeRefused(error.user_message or "bad request") from None
    except stripe.StripeError as error:
        if (error.http_status or 500) >= 500 or error.http_status == 409:  # noqa: PLR2004 - 409: the key is in use
            raise StripeUnreachable(type(error).__name__) from None
        raise StripeRefused(error.user_message or type(error).__name__) from None


def _asking(ask: Callable[P, T]) -> Callable[P, T]:
    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        with _sorted_errors():
            return ask(*args, **kwargs)

    return asked


@_asking
def make_customer(*, workspace: str, name: str, email: str) -> str:
    """Make the customer that stands for a workspace, and give its id."""
    params = {"name": name, "email": email, "metadata": {"workspace": workspace}}
    return str(_v1().customers.create(params=params, options={"idempotency_key": f"customer:{workspace}"}).id)


@_asking
def make_price(*, plan: str, name: str, cents: int) -> str:
    """Make the monthly price of a plan, and give its id."""
    params = {
        "currency": "usd",
        "unit_amount": cents,
        "recurring": {"interval": "month"},
        "product_data": {"name": name, "metadata": {"plan": plan}},
        "metadata": {"plan": plan},
    }
    return str(_v1().prices.create(params=params, options={"idempotency_key": f"price:{plan}:{cents}"}).id)


@_asking
def start_checkout(*, params: dict[str, Any], key: str) -> Checkout:
    """Open a page at Stripe where somebody pays, or gives a card."""
    return read_checkout(_v1().checkout.sessions.create(params=params, options={"idempotency_key": key}))


@_asking
def charge_card(
    *, customer: str, payment_method: str, cents: int, metadata: dict[str, str], description: str, key: str
) -> Intent:
    """Charge a saved card while its owner is away. Raises CardRefused, also when the bank wants to see the owner."""
    params = {
        "amount": cents,
        "currency": "usd",
        "customer": customer,
        "payment_method": payment_method,
        "off_session": True,
        "confirm": True,
        "metadata": metadata,
        "description": description,
        "expand": ["latest_charge"],
    }
    return read_intent(_v1().payment_intents.create(params=params, options={"idempotency_key": key}))


@_asking
def cancel_intent(intent: str) -> Intent:
    """Give up a payment that was not made; StripeRefused when it was made meanwhile."""
    options = {"idempotency_key": f"cancel:{intent}"}
    return read_intent(_v1().payment_intents.cancel(intent, params={"expand": ["latest_charge"]}, options=options))


@_asking
def refund(*, intent: str, cents: int, metadata: dict[str, str], key: str) -> Refund:
    """Pay back to the card."""
    params = {"payment_intent": intent, "amount": cents, "metadata": metadata}
    return read_refund(_v1().refunds.create(params=params, options={"idempotency_key": key}))


@_asking
def open_portal(*, customer: str, rules: str, back: str) -> str:
    """Open Stripe's pages where a customer changes cards and plans; give their address, good for minutes."""
    params = {"customer": customer, "configuration": rules, "return_url": back}
    return str(_v1().billing_portal.sessions.create(params=params).url)


@_asking
def find_portal_rules(name: str) -> str:
    """Find the portal's configuration that we gave a name; empty where there is none."""
    found = _v1().billing_portal.configurations.list(params={"active": True, "limit": PAGE}).auto_paging_iter()
    return next((str(one.id) for one in found if one.metadata and one.metadata.to_dict().get("rules") == name), "")


@_asking
def make_portal_rules(*, name: str, features: dict[str, Any]) -> str:
    """Make a configuration of the portal, and give its id."""
    params = {"features": features, "metadata": {"rules": name}}
    options = {"idempotency_key": f"portal:{name}"}
    return str(_v1().billing_portal.configurations.create(params=params, options=options).id)


@_asking
def product_of(price: str) -> str:
    """Find the product that a price is of."""
    return id_of(_v1().prices.retrieve(price).product)


@_asking
def fetch_intent(intent: str) -> Intent:
    """Ask what a payment is now."""
    return read_intent(_v1().payment_intents.retrieve(intent, params={"expand": ["latest_charge"]}))


@_asking
def fetch_checkout(session: str) -> Checkout:
    """Ask what became of a Checkout."""
    return read_checkout(_v1().checkout.sessions.retrieve(session, params={"expand": ["setup_intent.payment_method"]}))


@_asking
def fetch_subscription(subscription: str) -> Subscription:
    """Ask what a subscription is now."""
    return read_subscription(_v1().subscriptions.retrieve(subscription))


@_asking
def renew_subscription(subscription: str, *, renews: bool) -> Subscription:
    """Let a subscription end with its period, or go on after all. Safe to repeat.

    A change that waits for the period's end is given up first: Stripe lets nothing else end what has a schedule.
    """
    found = read_subscription(_v1().subscriptions.retrieve(subscription))
    if found.schedule:
        _v1().subscription_schedules.release(found.schedule)
    return read_subscription(_v1().subscriptions.update(subscription, params={"cancel_at_period_end": not renews}))


@_asking
def end_subscription(subscription: str) -> None:
    """End a subscription at once; nothing is paid back. Ended before, it stays so."""
    with suppress(NotAtStripe), _sorted_errors():
        _v1().subscriptions.cancel(subscription)


@_asking
def fetch_invoice(invoice: str) -> Invoice:
    """Ask what an invoice is now."""
    return read_invoice(_v1().invoices.retrieve(invoice, params={"expand": ["payments"]}))


@_asking
def intent_of_charge(charge: str) -> str:
    """Find the payment that a charge belongs to; empty when it has none."""
    return id_of(_v1().charges.retrieve(charge).payment_intent)


@_asking
def fetch_refund(refund_id: str) -> Refund:
    """Ask what a refund is now."""
    return read_refund(_v1().refunds.retrieve(refund_id))


@_asking
def fetch_dispute(dispute: str) -> Dispute:
    """Ask what a dispute is now."""
    return read_dispute(_v1().disputes.retrieve(dispute))


@_asking
def invoice_of_intent(intent: str) -> str:
    """Find the invoice that a payment paid; empty when it was for none."""
    payment = {"type": "payment_intent", "payment_intent": intent}
    found = _v1().invoice_payments.list(params={"payment": payment, "limit": 1}).data
    return id_of(found[0].invoice) if found else ""


@_asking
def list_intents(*, since: datetime) -> list[Intent]:
    """List what was to be paid, made since then."""
    return [read_intent(one) for one in _all("payment_intents", since=since, expand=["data.latest_charge"])]


@_asking
def list_refunds(*, since: datetime | None = None, intent: str = "") -> list[Refund]:
    """List refunds made since then, or of one payment."""
    return [read_refund(one) for one in _all("refunds", since=since, payment_intent=intent)]


@_asking
def list_disputes(*, since: datetime | None = None, intent: str = "") -> list[Dispute]:
    """List disputes opened since then, or of one payment."""
    return [read_dispute(one) for one in _all("disputes", since=since, payment_intent=intent)]


@_asking
def list_invoices(*, since: datetime, subscription: str = "") -> list[Invoice]:
    """List invoices made since then that are paid, all or those of a plan."""
    asked = {"status": "paid", "subscription": subscription, "expand": ["data.payments"]}
    return [read_invoice(one) for one in _all("invoices", since=since, **asked)]


def check_signature(body: bytes, header: str, *, now: datetime) -> bool:
    """Tell whether one of our secrets signed these very bytes, within five minutes of now."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE_SECONDS)
            stamps = [int(part[2:]) for part in header.split(",") if part.startswith("t=")]
        except (stripe.SignatureVerificationError, ValueError, TypeError, OverflowError):
            continue
        if stamps and max(stamps) <= now.timestamp() + TOLERANCE_SECONDS:
            return True
    return False


def _all(what: str, *, since: datetime | None, **params: Any) -> Iterator[Any]:
    asked = {name: value for name, value in params.items() if value} | {"limit": PAGE}
    if since is not None:
        asked["created"] = {"gte": int(since.timestamp())}
    yield from getattr(_v1(), what).list(params=asked).auto_paging_iter()
