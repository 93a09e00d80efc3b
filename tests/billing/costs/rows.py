"""Facts of attempts, for tests of what they cost."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection

from accounts.ids import new_id
from billing.costs.facts import CostFacts

AT = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
COST = 42_000


def facts(workspace_id: str, attempt: str = "att_1", **columns: Any) -> CostFacts:
    """AI/ML API delivered one picture in 2K, which should cost $0.042."""
    return CostFacts(
        **{
            "attempt": attempt,
            "edit": "edt_1",
            "workspace": workspace_id,
            "project": "prj_1",
            "member": "usr_1",
            "key": "key_1",
            "provider": "aimlapi",
            "model": "seedream-4.5",
            "resolution": "2K",
            "grade": "A",
            "ordered": 1,
            "delivered": 1,
            "expected": COST,
            "outcome": "delivered",
            "at": AT,
            **columns,
        }
    )


def taken_at(edit: str, at: datetime) -> None:
    """Write in the ledger that an edit was charged then; what it was charged is noted afterwards."""
    transfer: list[str | datetime] = [new_id("trf"), f"capture:{edit}", "capture", edit, at]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # without entries it is no whole transfer
        cursor.execute(
            "INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at) "
            "VALUES (%s, %s, %s, %s, '', '', %s)",
            transfer,
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
