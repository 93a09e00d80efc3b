"""Set the amount of credit below which a workspace is warned."""

from django.db import transaction

from accounts.services.record_audit import By, record_audit
from billing import facade
from billing.money import format_usd


def warn_of_low_credit(*, workspace_id: str, below: int | None, by: By) -> None:
    """Have `credit.low` sent each time credit falls below this many µ$; None for never."""
    before = facade.credit_warning(workspace_id)
    if before == below:
        return
    with transaction.atomic():
        facade.set_credit_warning(workspace_id=workspace_id, below=below)
        record_audit(
            workspace_id=workspace_id,
            action="webhook.credit_warning",
            by=by,
            before={"below": before if before is None else format_usd(before)},
            after={"below": below if below is None else format_usd(below)},
        )
