"""Stop automatic top-ups after a payment that did not go through, and tell whoever manages the money."""

from django_q.tasks import async_task

from accounts.services.record_audit import SYSTEM, record_audit
from billing.ledger import set_top_up_line
from billing.models import AutoTopUp, Payment
from billing.money import format_short


def stop_automatic(payment: Payment) -> None:
    """Stop them, in the caller's transaction, which has locked the terms and the payment; a mail follows."""
    terms = AutoTopUp.objects.filter(workspace_id=payment.workspace_id)
    terms.update(is_on=False, stopped_because=payment.why[:200] or "The card was refused.")
    set_top_up_line(workspace_id=payment.workspace_id, below=None)
    record_audit(
        workspace_id=payment.workspace_id,
        action="automatic_top_up.stopped",
        by=SYSTEM,
        target=payment.id,
        target_name=f"${format_short(payment.amount)}",
        note=payment.why,
    )
    async_task("billing.tasks.automatic_stopped_mail", payment.id)
