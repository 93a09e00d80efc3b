"""Set how credit is topped up by itself, or stop that."""

from django.db import transaction

from accounts.errors import InvalidInput
from accounts.services.record_audit import By, record_audit
from billing import stripe_api
from billing.errors import StripeOff
from billing.ledger import set_top_up_line
from billing.models import AutoTopUp, Customer
from billing.money import format_short
from billing.services.call_top_up import call_top_up
from billing.services.top_up_amounts import CENT, LARGEST, check_top_up

LARGEST_CAP = 10_000 * 100 * CENT


@transaction.atomic
def change_automatic(*, workspace_id: str, threshold: int, amount: int, monthly_cap: int, by: By) -> None:
    """Turn it on with these terms, in µ$: below `threshold` the saved card pays `amount`, up to `monthly_cap` a month.

    Raises InvalidInput for terms that cannot be, and where no card is saved, and StripeOff; then nothing is changed.
    """
    if not stripe_api.is_on():
        raise StripeOff
    check_top_up(amount)
    if not CENT <= threshold <= LARGEST:
        raise InvalidInput(f"The line is from $0.01 to ${format_short(LARGEST)}.", param="threshold")
    if not amount <= monthly_cap <= LARGEST_CAP:
        raise InvalidInput(
            f"What is paid in a month at most is from one top-up to ${format_short(LARGEST_CAP)}.", param="monthly_cap"
        )
    if not Customer.objects.filter(workspace_id=workspace_id).exclude(payment_method="").exists():
        raise InvalidInput("There is no saved card yet: save one first.", param="card")
    before = AutoTopUp.objects.select_for_update().filter(workspace_id=workspace_id).first()
    terms = {"threshold": threshold, "amount": amount, "monthly_cap": monthly_cap}
    AutoTopUp.objects.update_or_create(
        workspace_id=workspace_id, defaults={**terms, "is_on": True, "stopped_because": ""}
    )
    set_top_up_line(workspace_id=workspace_id, below=threshold)
    record_audit(
        workspace_id=workspace_id,
        action="automatic_top_up.on",
        by=by,
        before={name: f"${format_short(getattr(before, name))}" for name in terms} if before else None,
        after={name: f"${format_short(value)}" for name, value in terms.items()},
    )
    call_top_up(workspace_id=workspace_id)


@transaction.atomic
def stop_topping_up(*, workspace_id: str, by: By) -> None:
    """Turn it off; a payment that is under way goes on. Repeating it changes nothing."""
    if AutoTopUp.objects.filter(workspace_id=workspace_id, is_on=True).update(is_on=False, stopped_because=""):
        set_top_up_line(workspace_id=workspace_id, below=None)
        record_audit(workspace_id=workspace_id, action="automatic_top_up.off", by=by)
