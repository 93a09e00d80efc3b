"""See to what stands still between Stripe and us: refunds, automatic top-ups, plans of workspaces that go."""

from datetime import timedelta

from django.db.models import F

from billing import stripe_api
from billing.models import Account, AccountKind, AutoTopUp
from billing.services.call_top_up import call_top_up
from billing.services.refund_payment import send_refunds
from billing.services.stop_renewals import stop_renewals
from billing.services.top_up_automatically import resume_automatic

LEFT_FOR = timedelta(minutes=2)
BATCH = 100


def tend_stripe() -> None:
    """Do it; nothing without a key. Safe to repeat, and while others work on the same."""
    if not stripe_api.is_on():
        return
    stop_renewals()
    send_refunds(older_than=LEFT_FOR)
    resume_automatic(older_than=LEFT_FOR)
    low = Account.objects.filter(kind=AccountKind.WALLET, top_up_below__gt=F("posted") - F("held"))
    on = AutoTopUp.objects.filter(is_on=True, workspace_id__in=low.values("workspace_id"))
    for workspace_id in on.order_by("workspace_id").values_list("workspace_id", flat=True)[:BATCH]:
        call_top_up(workspace_id=workspace_id)
