"""Alert staff to payments that do not fit what was asked for; once for each while its alert is open."""

from billing import facade
from editor.services.raise_alert import PAYMENT, raise_alert


def watch_payments() -> int:
    """Raise what is open, and tell how many there are. Safe to repeat."""
    worries = facade.payment_worries()
    for subject, message in worries:
        raise_alert(kind=PAYMENT, subject=subject[:80], message=message, provider="stripe")
    return len(worries)
