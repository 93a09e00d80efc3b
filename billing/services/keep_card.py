"""Keep which card of a customer pays automatic top-ups."""

from accounts.services.record_audit import SYSTEM, record_audit
from billing.models import Customer


def keep_card(*, workspace_id: str, payment_method: str, card: str) -> None:
    """Make it the workspace's card, in the caller's transaction; the same one again changes nothing."""
    others = Customer.objects.filter(workspace_id=workspace_id).exclude(payment_method=payment_method, card=card)
    if payment_method and others.update(payment_method=payment_method, card=card):
        record_audit(workspace_id=workspace_id, action="card.saved", by=SYSTEM, target_name=card)


def forget_card(*, payment_method: str) -> None:
    """Forget a card that its owner took away at Stripe; nothing is charged by itself without one."""
    for customer in Customer.objects.filter(payment_method=payment_method):
        if Customer.objects.filter(pk=customer.pk, payment_method=payment_method).update(payment_method="", card=""):
            record_audit(
                workspace_id=customer.workspace_id, action="card.removed", by=SYSTEM, target_name=customer.card
            )
