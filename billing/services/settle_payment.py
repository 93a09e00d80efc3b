"""Bring a payment to what Stripe says it is now: granted, refused, waiting for a bank, taken back, or parked.

Safe to call in any order and any number of times, also at once: Stripe is asked first, then all is booked in one
transaction that locks the payment, and what was granted or given back once is final.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from billing import stripe_api
from billing.models import AutoTopUp, Customer, Payment, PaymentState, Purpose, Reversal
from billing.services.book_payment import Credit, book_payment
from billing.services.book_reversals import book_reversals
from billing.services.give_up_intent import NEEDS_OWNER, give_up_intent
from billing.services.park import park
from billing.services.stop_automatic import stop_automatic
from billing.services.top_up_amounts import CENT
from billing.stripe_facts import Dispute, Intent, Refund
from billing.transactions import in_transaction

GIVEN_UP = "It was given up before it was paid."


def settle_payment(*, intent_id: str) -> str:
    """Ask Stripe and book; gives the outcome in words. Raises what `stripe_api` does: then nothing is booked."""
    found = stripe_api.fetch_intent(intent_id)
    payment_id = _find(found)
    if payment_id is None:
        return _unknown(found)
    if _is_refused(payment_id, found):
        found = give_up_intent(found)  # before anybody is told
    refunds: Sequence[Refund] = ()
    disputes: Sequence[Dispute] = ()
    if found.gone_back or Reversal.objects.filter(payment=payment_id).exists():
        refunds = stripe_api.list_refunds(intent=found.id)
        disputes = stripe_api.list_disputes(intent=found.id)
    return _settle(payment_id, found, refunds, disputes)


@in_transaction
def _settle(payment_id: str, found: Intent, refunds: Sequence[Refund], disputes: Sequence[Dispute]) -> str:
    payment = _lock(payment_id)
    if why := _misfit(payment, found):
        return _park(payment, found, why)
    _book(payment, found)
    book_reversals(payment, refunds=refunds, disputes=disputes)
    return str(payment.get_state_display())


def _find(found: Intent) -> str | None:
    """Find the payment that this is: by Stripe's id where it is known, else by the id of ours that we sent along."""
    known = Payment.objects.filter(Q(intent=found.id) | Q(id=found.payment or None)).order_by("-intent")
    rows = list(known.values_list("id", "intent"))
    return next((one for one, intent in rows if intent == found.id), rows[0][0] if rows else None)


def _is_refused(payment_id: str, found: Intent) -> bool:
    """Tell whether nobody will pay this: an automatic one that the bank refused, or wants its customer to confirm."""
    tried = found.status == "requires_action" or (found.status == "requires_payment_method" and found.problem_code)
    mine = Payment.objects.filter(id=payment_id, purpose=Purpose.AUTOMATIC, state=PaymentState.STARTED)
    return bool(tried) and mine.exists()


def _unknown(found: Intent) -> str:
    """Judge a payment that we did not ask for: a plan's invoice settles itself, nothing paid is no matter."""
    if found.status != "succeeded":
        return "not of ours, and not paid"
    if not found.payment and (invoice := stripe_api.invoice_of_intent(found.id)):
        from billing.services.settle_invoice import settle_invoice  # which books by this module

        return settle_invoice(invoice_id=invoice)
    return park(found.id, "It was paid, and we never asked for it.", _facts(found))


def _lock(payment_id: str) -> Payment:
    """Lock a payment, and before it the customer, and the terms of what is paid by itself: in this order everywhere."""
    purpose, workspace = Payment.objects.values_list("purpose", "workspace_id").get(id=payment_id)
    if purpose == Purpose.AUTOMATIC:
        list(AutoTopUp.objects.select_for_update().filter(workspace_id=workspace))
    list(Customer.objects.select_for_update().filter(workspace_id=workspace))
    return Payment.objects.select_for_update().get(id=payment_id)


def _misfit(payment: Payment, found: Intent) -> str:
    """Say what does not fit between what we asked for and what was paid; empty for what fits, or was granted before."""
    if payment.state == PaymentState.SUCCEEDED and payment.intent == found.id:
        return ""
    customer = Customer.objects.filter(workspace_id=payment.workspace_id).values_list("stripe_id", flat=True).first()
    got = found.received if found.status == "succeeded" else found.cents
    reasons = (
        (payment.intent not in ("", found.id), f"The payment {payment.id} has another PaymentIntent already."),
        (payment.purpose != Purpose.PLAN and found.workspace != payment.workspace_id, "It names another workspace."),
        (found.customer != (customer or ""), "Its customer is not the workspace's."),
        (found.currency != "usd", f"It is in {found.currency or 'no currency'}, not in usd."),
        (got * CENT != payment.amount, f"It is {got} cents, and {payment.amount // CENT} were asked for."),
    )
    return next((why for is_so, why in reasons if is_so), "")


def _park(payment: Payment, found: Intent, why: str) -> str:
    """Keep the books as they are. The payment itself is parked when nothing says that it is somebody else's."""
    if (
        payment.state == PaymentState.STARTED
        and payment.intent in ("", found.id)
        and found.workspace == payment.workspace_id
    ):
        payment.state, payment.intent, payment.why = PaymentState.PARKED, found.id, why
        payment.save(update_fields=["state", "intent", "why"])
    return park(found.id, why, {**_facts(found), "ours": payment.id})


def _book(payment: Payment, found: Intent) -> None:
    match found.status:
        case "succeeded":
            book_payment(payment, found, Credit(payment.amount))
        case "canceled" if payment.state == PaymentState.STARTED and payment.purpose == Purpose.AUTOMATIC:
            needs_owner = found.problem_code == NEEDS_OWNER
            state = PaymentState.NEEDS_ACTION if needs_owner else PaymentState.FAILED
            _note(payment, found, state, found.problem or GIVEN_UP)
            stop_automatic(payment)
        case "canceled" if payment.state == PaymentState.STARTED:
            _note(payment, found, PaymentState.FAILED, GIVEN_UP)
        case _ if payment.state == PaymentState.STARTED:
            _note(payment, found, payment.state, found.problem)


def _note(payment: Payment, found: Intent, state: str, why: str) -> None:
    payment.state, payment.intent, payment.why = state, found.id, why[:300]
    payment.save(update_fields=["state", "intent", "why"])


def _facts(found: Intent) -> dict[str, Any]:
    return {
        "status": found.status,
        "cents": found.received or found.cents,
        "currency": found.currency,
        "customer": found.customer,
        "workspace": found.workspace,
        "payment": found.payment,
        "created": found.created.isoformat(),
    }
