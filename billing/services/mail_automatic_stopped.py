"""Mail that automatic top-ups have stopped, with a link to a page where somebody pays instead."""

from django.urls import reverse

from accounts.letters import Letter, send_letter
from accounts.models import Membership
from accounts.permissions import Action, Role, may
from billing.models import Payment, PaymentState
from billing.money import format_short


def mail_automatic_stopped(*, payment_id: str) -> int:
    """Send each who may manage the money a letter, and tell to how many; none when it was paid meanwhile.

    Raises what the mail server does.
    """
    payment = Payment.objects.select_related("workspace").get(id=payment_id)
    if payment.state not in (PaymentState.NEEDS_ACTION, PaymentState.FAILED):
        return 0
    waits = payment.state == PaymentState.NEEDS_ACTION
    amount = f"${format_short(payment.amount)}"
    letter = Letter(
        subject=f"The automatic top-up of {payment.workspace.name} "
        + ("needs your confirmation" if waits else "did not go through"),
        lines=(
            f"The payment of {amount} did not go through: your bank wants you to confirm it, and nobody was there."
            if waits
            else f"The payment of {amount} was refused: {payment.why or 'the card was refused.'}",
            "Nothing was charged, and this payment was given up: it cannot be charged any more."
            + (" Paying at Stripe makes a new one, which your bank can ask you about." if waits else ""),
            "Automatic top-ups are stopped until somebody turns them on again.",
        ),
        link=reverse("billing:payment", args=[payment.id]),
        link_words="Pay at Stripe" if waits else "Pay another way",
        foot="You get this because you may manage the money of this workspace.",
    )
    roles = [role for role in Role if may(role, Action.MANAGE_MONEY)]
    members = Membership.objects.filter(workspace=payment.workspace_id, role__in=roles, user__is_active=True)
    addresses = list(members.order_by("id").values_list("user__email", flat=True))
    for address in addresses:
        send_letter(letter, to=address)
    return len(addresses)
