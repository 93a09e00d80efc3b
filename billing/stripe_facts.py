"""What Stripe says, as frozen facts. Amounts are in cents; moments are by Stripe's clock.

Read tolerantly, as of API version 2026-10-28: a subscription's period is its item's, an invoice's payment is among its
`payments`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page at Stripe where somebody pays, or gives a card. `intent` is empty until somebody tries to pay."""

    id: str
    url: str
    mode: str
    status: str
    customer: str
    workspace: str
    payment: str
    intent: str
    subscription: str
    payment_method: str
    card: str


@dataclass(frozen=True, slots=True)
class Intent:
    """One payment. `workspace` and `payment` are what its metadata says, to be checked and never believed."""

    id: str
    status: str
    cents: int
    received: int
    currency: str
    customer: str
    workspace: str
    payment: str
    payment_method: str
    is_card_kept: bool
    card: str
    receipt_url: str
    gone_back: bool
    problem: str
    problem_code: str
    created: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back; `ours` is the id of our row for it, where we asked for it."""

    id: str
    intent: str
    cents: int
    currency: str
    status: str
    ours: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """A payment that a cardholder's bank contests."""

    id: str
    intent: str
    cents: int
    currency: str
    status: str
    reason: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A plan that is paid by the month. `schedule` names a change that waits for the period's end."""

    id: str
    customer: str
    status: str
    price: str
    workspace: str
    plan: str
    period_end: datetime | None
    cancel_at_period_end: bool
    schedule: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A month of a plan, or a change of it. `price` is what it charges for, `intent` empty where nothing was paid."""

    id: str
    customer: str
    subscription: str
    status: str
    reason: str
    cents: int
    currency: str
    intent: str
    price: str
    period_end: datetime
    url: str


def read_checkout(found: Any) -> Checkout:
    """Read a Checkout Session; its `setup_intent.payment_method` is expanded where a card is of interest."""
    method = _of(_of(found, "setup_intent"), "payment_method")
    return Checkout(
        id=found.id,
        url=_text(found, "url"),
        mode=_text(found, "mode"),
        status=_text(found, "status"),
        customer=_id(_of(found, "customer")),
        workspace=_text(found, "client_reference_id"),
        payment=_metadata(found, "payment"),
        intent=_id(_of(found, "payment_intent")),
        subscription=_id(_of(found, "subscription")),
        payment_method=_id(method),
        card=_card(_of(method, "card")),
    )


def read_intent(found: Any) -> Intent:
    """Read a PaymentIntent whose `latest_charge` is expanded."""
    charge, problem = _of(found, "latest_charge"), _of(found, "last_payment_error")
    return Intent(
        id=found.id,
        status=_text(found, "status"),
        cents=found.amount,
        received=_of(found, "amount_received") or 0,
        currency=_text(found, "currency"),
        customer=_id(_of(found, "customer")),
        workspace=_metadata(found, "workspace"),
        payment=_metadata(found, "payment"),
        payment_method=_id(_of(found, "payment_method")),
        is_card_kept=_text(found, "setup_future_usage") == "off_session",
        card=_card(_of(_of(charge, "payment_method_details"), "card")),
        receipt_url=_text(charge, "receipt_url"),
        gone_back=bool(_of(charge, "amount_refunded") or _of(charge, "disputed")),
        problem=_text(problem, "message"),
        problem_code=_text(problem, "code"),
        created=_at(found.created),
        paid_at=_at(stamp) if (stamp := _of(charge, "created")) else None,
    )


def read_refund(found: Any) -> Refund:
    """Read a Refund."""
    return Refund(
        id=found.id,
        intent=_id(_of(found, "payment_intent")),
        cents=found.amount,
        currency=_text(found, "currency"),
        status=_text(found, "status"),
        ours=_metadata(found, "reversal"),
        created=_at(found.created),
    )


def read_dispute(found: Any) -> Dispute:
    """Read a Dispute."""
    return Dispute(
        id=found.id,
        intent=_id(_of(found, "payment_intent")),
        cents=found.amount,
        currency=_text(found, "currency"),
        status=_text(found, "status"),
        reason=_text(found, "reason").replace("_", " "),
        created=_at(found.created),
    )


def read_subscription(found: Any) -> Subscription:
    """Read a Subscription, which has one item."""
    items = _of(_of(found, "items"), "data") or []
    item = items[0] if items else None
    end = _of(item, "current_period_end")
    return Subscription(
        id=found.id,
        customer=_id(_of(found, "customer")),
        status=_text(found, "status"),
        price=_id(_of(item, "price")),
        workspace=_metadata(found, "workspace"),
        plan=_metadata(found, "plan"),
        period_end=_at(end) if end else None,
        cancel_at_period_end=bool(_of(found, "cancel_at_period_end") or _of(found, "cancel_at")),
        schedule=_id(_of(found, "schedule")),
    )


def read_invoice(found: Any) -> Invoice:
    """Read an Invoice whose `payments` are expanded; what it pays for ends with its last line's period."""
    payments = _of(_of(found, "payments"), "data") or []
    lines = _of(_of(found, "lines"), "data") or []
    charged = max(lines, key=lambda line: _of(line, "amount") or 0, default=None)
    ends = [end for line in lines if (end := _of(_of(line, "period"), "end"))]
    return Invoice(
        id=found.id,
        customer=_id(_of(found, "customer")),
        subscription=_id(_of(_of(_of(found, "parent"), "subscription_details"), "subscription")),
        status=_text(found, "status"),
        reason=_text(found, "billing_reason"),
        cents=_of(found, "amount_paid") or 0,
        currency=_text(found, "currency"),
        intent=next(filter(None, (_id(_of(_of(one, "payment"), "payment_intent")) for one in payments)), ""),
        price=_id(_of(_of(_of(charged, "pricing"), "price_details"), "price")),
        period_end=_at(max(ends) if ends else found.period_end),
        url=_text(found, "hosted_invoice_url"),
    )


def id_of(found: Any) -> str:
    """Give the id of what Stripe names by an id, or, expanded, by the thing itself."""
    return _id(found)


def _id(found: Any) -> str:
    return found if isinstance(found, str) else _text(found, "id")


def _of(found: Any, name: str) -> Any:
    """Give a part of an object, None where there is no such part or only the object's id."""
    # `items` would be a method of a mapping, so a mapping is asked as one.
    try:
        return None if found is None or isinstance(found, str) else found[name]
    except (KeyError, TypeError):
        return None


def _text(found: Any, name: str) -> str:
    value = _of(found, name)
    return value if isinstance(value, str) else ""


def _metadata(found: Any, name: str) -> str:
    return _text(_of(found, "metadata"), name)


def _card(card: Any) -> str:
    brand, last = _text(card, "brand"), _text(card, "last4")
    return f"{brand.title()} …{last}"[:60] if last else ""


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
