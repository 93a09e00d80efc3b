"""What is mostly read: disputes, the balance's transactions, events, the account."""

from billing.fake_stripe.disputing import close_dispute
from billing.fake_stripe.refusals import Thing
from billing.fake_stripe.routes import Route, post, reads
from billing.fake_stripe.shop import Shop
from billing.fake_stripe.take import Take

DISPUTES = "/v1/disputes"


def give_in(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Close a dispute as lost."""
    take.done()
    return close_dispute(shop, shop.find("dispute", thing_id), won=False)


def update_dispute(shop: Shop, take: Take, thing_id: str) -> Thing:
    """Send evidence."""
    dispute = shop.find("dispute", thing_id)
    evidence = take.inner("evidence")
    given = {name: text for name in dispute["evidence"] if (text := evidence.text(name)) is not None}
    dispute["metadata"] = take.metadata(dispute["metadata"])
    submits = take.flag("submit")
    take.done()
    dispute["evidence"].update(given)
    dispute["evidence_details"]["has_evidence"] = bool(given) or dispute["evidence_details"]["has_evidence"]
    if submits is not False and given:
        dispute["evidence_details"].update(submission_count=1, submission_method="manual")
        dispute["status"] = "under_review"
    shop.tell("charge.dispute.updated", dispute)
    return dispute


def account(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
    """Say whose account it is."""
    take.done()
    return {
        "id": "acct_simulated",
        "object": "account",
        "business_type": "company",
        "charges_enabled": True,
        "country": "US",
        "default_currency": "usd",
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "settings": {"dashboard": {"display_name": "Simulated", "timezone": "Etc/UTC"}},
        "type": "standard",
    }


def _of_types(things: list[Thing], take: Take) -> list[Thing]:
    types = take.texts("types")
    take.leave("delivery_success")
    return [thing for thing in things if not types or thing["type"] in types]


def _not_paid_out(things: list[Thing], take: Take) -> list[Thing]:
    return [] if take.text("payout") else things


ROUTES = [
    post(f"{DISPUTES}/{{id}}", update_dispute),
    post(f"{DISPUTES}/{{id}}/close", give_in),
    *reads(DISPUTES, "dispute", "charge", "payment_intent"),
    *reads("/v1/balance_transactions", "balance_transaction", "type", "source", "currency", narrow=_not_paid_out),
    *reads("/v1/events", "event", "type", narrow=_of_types),
    Route("GET", "/v1/account", account),
]
