"""Decide, as the second person, on a refund that waits."""

import structlog
from django.db import transaction
from django.db.models import QuerySet

from accounts.errors import NotFound
from accounts.models import User
from accounts.services.record_audit import By
from billing import stripe_api
from billing.errors import NotCorrectable, StripeOff
from billing.models import Payment, Reversal, ReversalState
from billing.services.refund_payment import check_left, send_or_wait, take_refund
from billing.services.second_person import approve

log = structlog.get_logger(__name__)


def approve_refund(*, reversal_id: str, approved_by: User, by: By) -> Reversal:
    """Approve it: the credit is taken, and the money goes back; says where it is then.

    Raises NotFound, NotCorrectable for one's own or one that was decided, InvalidInput when so much is not left any
    more, StripeOff: then nothing is changed; and StripeRefused after the credit was given back.
    """
    if not stripe_api.is_on():
        raise StripeOff
    with transaction.atomic():
        waiting = _waiting(reversal_id)
        payment_id = Reversal.objects.values_list("payment_id", flat=True).get(id=reversal_id)
        payment = Payment.objects.select_for_update().get(id=payment_id)
        if not approve(waiting, by=approved_by, what="refund"):
            raise NotCorrectable("Somebody has decided on this refund already.")
        reversal = Reversal.objects.get(id=reversal_id)
        reversal.payment = payment
        check_left(payment, reversal.amount)
        take_refund(reversal, by=by)
    return send_or_wait(reversal)


def refuse_refund(*, reversal_id: str, refused_by: User) -> None:
    """Refuse it, or take back one's own. Raises NotFound, and NotCorrectable when it was decided."""
    if not _waiting(reversal_id).update(state=ReversalState.REFUSED):
        raise NotCorrectable("Somebody has decided on this refund already.")
    log.info("refund_refused", reversal=reversal_id, refused_by=refused_by.id)


def _waiting(reversal_id: str) -> "QuerySet[Reversal]":
    if not Reversal.objects.filter(id=reversal_id).exists():
        raise NotFound("There is no such refund.")
    return Reversal.objects.filter(id=reversal_id, state=ReversalState.ASKED)
