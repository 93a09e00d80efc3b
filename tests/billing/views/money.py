"""A workspace that has spent: lots, charges, days of usage; written as the ledger and the rollups have them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Workspace
from billing.ledger import grant
from billing.models import UsageDay
from billing.services.set_aside import capture, set_aside
from billing.transactions import in_transaction

TODAY = datetime.now(UTC).date()


def credit(workspace: Workspace, dollars: int = 10, **terms: Any) -> None:
    grant(workspace_id=workspace.id, amount=dollars * 1_000_000, key=f"{workspace.id} {dollars}", **terms)


@in_transaction
def charge(workspace: Workspace, edit: str, amount: int, *, held: int | None = None) -> None:
    set_aside(workspace_id=workspace.id, reference=edit, amount=held or amount)
    capture(reference=edit, amount=amount)


def used(workspace: Workspace, *, days_ago: int = 0, **columns: Any) -> None:
    facts = {"provider": "shortapi", "model": "seedream-4.5", "resolution": "2K", "pictures": 1, "retail": 50_000}
    facts |= columns
    facts = {"sold": facts["pictures"], "charged": facts["retail"], **facts}
    UsageDay.objects.create(day=TODAY - timedelta(days=days_ago), workspace=workspace, **facts)
