"""Grant the month's credit of a plan once its invoice is paid."""

from datetime import timedelta

from billing import stripe_api
from billing.models import Customer, Payment, Plan, Purpose
from billing.services.book_payment import Credit, book_payment
from billing.services.park import park
from billing.services.settle_payment import settle_payment
from billing.services.settle_subscription import keep_subscription, plan_of, priced
from billing.services.top_up_amounts import CENT
from billing.stripe_facts import Intent, Invoice, Subscription
from billing.transactions import in_transaction

GRACE = timedelta(days=3)  # so that credit does not run out in the hours until the next invoice is paid
MONTHLY = ("subscription_create", "subscription_cycle")
CHANGED = "subscription_update"


def settle_invoice(*, invoice_id: str) -> str:
    """Ask Stripe and book, once for each PaymentIntent; gives the outcome in words. Safe to repeat.

    A month's invoice is exactly the plan's price; for what a change of plan costs in between, credit is granted in
    proportion, as the new plan does. Anything else is parked. Raises what `stripe_api` does.
    """
    invoice = stripe_api.fetch_invoice(invoice_id)
    if not invoice.subscription:
        return park(invoice.id, "An invoice for no plan.") if invoice.status == "paid" else "not for a plan"
    plan_now = stripe_api.fetch_subscription(invoice.subscription)
    if invoice.status != "paid" or not invoice.intent:
        return in_transaction(keep_subscription)(plan_now)
    paid = stripe_api.fetch_intent(invoice.intent)
    outcome = _settle(invoice, plan_now, paid)
    return settle_payment(intent_id=invoice.intent) if paid.gone_back else outcome


@in_transaction
def _settle(invoice: Invoice, plan_now: Subscription, paid: Intent) -> str:
    keep_subscription(plan_now)
    customer = Customer.objects.select_for_update().filter(stripe_id=invoice.customer).first()
    plan = priced(invoice.price) or plan_of(plan_now)  # the one it was for: it may have been changed since
    why = _misfit(invoice, paid, customer, plan, names=plan_now.workspace)
    if why or customer is None or plan is None:
        return park(paid.id, why, {"invoice": invoice.id, "cents": invoice.cents, "currency": invoice.currency})
    payment = _payment(customer.workspace_id, invoice)
    credit = invoice.cents * CENT * plan.credit // plan.price
    book_payment(payment, paid, Credit(credit, expires_at=invoice.period_end + GRACE))
    return "paid"


def _misfit(invoice: Invoice, paid: Intent, customer: Customer | None, plan: Plan | None, *, names: str) -> str:
    """Say what does not fit; empty when it all does."""
    if customer is None or plan is None:
        return "An invoice of a customer, or for a plan, that we do not know."
    price = plan.price // CENT
    reasons = (
        (names not in ("", customer.workspace_id), "Its plan names another workspace than its customer's."),
        (paid.customer != customer.stripe_id, "It was paid by another customer."),
        (paid.status != "succeeded", f"It counts as paid, and its payment is {paid.status}."),
        ({invoice.currency, paid.currency} != {"usd"}, f"It is in {invoice.currency}, not in usd."),
        (
            invoice.cents != paid.received or invoice.cents <= 0,
            f"It says {invoice.cents} cents, paid: {paid.received}.",
        ),
        (invoice.reason not in (*MONTHLY, CHANGED), f"It was made by hand, or for another reason: {invoice.reason}."),
        (
            invoice.reason in MONTHLY and invoice.cents != price,
            f"It is {invoice.cents} cents, and the plan is {price}.",
        ),
    )
    return next((why for is_so, why in reasons if is_so), "")


def _payment(workspace_id: str, invoice: Invoice) -> Payment:
    """Find the row for an invoice's payment, or make it, and lock it; the customer is locked."""
    payment, _ = Payment.objects.select_for_update().get_or_create(
        intent=invoice.intent,
        defaults={
            "workspace_id": workspace_id,
            "purpose": Purpose.PLAN,
            "amount": invoice.cents * CENT,
            "invoice": invoice.id,
            "invoice_url": invoice.url,
        },
    )
    return payment
