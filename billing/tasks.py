"""Doors for django-q2: each unpacks its arguments and calls one thing. Run twice, or never, they change only time."""

from contextlib import suppress

from billing.errors import NotAtStripe, StripeUnreachable
from billing.services.fold_costs import fold_costs
from billing.services.mail_automatic_stopped import mail_automatic_stopped
from billing.services.read_upload import read_waiting
from billing.services.settle_checkout import settle_checkout
from billing.services.sweep_stripe import sweep_stripe
from billing.services.tend_stripe import LEFT_FOR, tend_stripe
from billing.services.top_up_automatically import top_up_automatically
from billing.stripe_api import is_on
from billing.stripe_events import call_due_events, handle_event


def stripe_event(event_id: str) -> None:
    """Handle an event of Stripe's."""
    handle_event(event_id=event_id)


def checkout(session_id: str) -> None:
    """Look what became of a Checkout whose visitor has come back."""
    with suppress(NotAtStripe, StripeUnreachable):  # its address may be made up; the events and the sweep come too
        settle_checkout(session_id=session_id)


def top_up(workspace_id: str) -> None:
    """Charge a workspace's saved card, if that is due."""
    top_up_automatically(workspace_id=workspace_id)


def automatic_stopped_mail(payment_id: str) -> None:
    """Mail that automatic top-ups have stopped."""
    mail_automatic_stopped(payment_id=payment_id)


def stripe_chores() -> None:
    """See to what stands still between Stripe and us."""
    tend_stripe()
    call_due_events(older_than=LEFT_FOR)


def stripe_sweep() -> None:
    """Compare Stripe with our books."""
    if is_on():
        sweep_stripe()


def statement_uploads() -> None:
    """Read the statements that staff brought."""
    read_waiting()


def costs() -> None:
    """Fold what costs changed into the sums of all."""
    fold_costs()
