"""Book what attempts cost upstream."""

from accounts.ids import new_id
from billing.ledger.statements import change, check_amount, check_same_entry
from billing.ledger.wallets import open_account
from billing.models import AccountKind, TransferKind
from billing.transactions import in_transaction

COST = """
WITH transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    VALUES (%(id)s, %(key)s, 'cost', %(attempt)s, '', '', statement_timestamp())
    ON CONFLICT (key) DO NOTHING RETURNING id
)
INSERT INTO billing_entry (transfer_id, account_id, amount)
SELECT transfer.id, account.id, CASE account.kind WHEN 'cost' THEN -%(amount)s ELSE %(amount)s END
FROM transfer, billing_account account
WHERE account.kind IN ('cost', %(owed)s) AND account.workspace_id IS NULL AND account.provider = %(provider)s
"""


@in_transaction
def record_cost(*, attempt: str, provider: str, amount: int, certain: bool) -> None:
    """Book what an attempt cost us upstream, once: accrued when certain, in suspense when its outcome is unknown.

    Raises MovementConflict when the attempt's cost was booked before with another amount, provider or certainty.
    """
    check_amount(amount)
    owed = AccountKind.PROVIDER_ACCRUED if certain else AccountKind.SUSPENSE
    for kind in (AccountKind.COST, owed):
        open_account(kind, provider=provider)
    key = f"{TransferKind.COST}:{attempt}"
    values = {"key": key, "attempt": attempt, "provider": provider, "amount": amount, "owed": owed.value}
    if not change(COST, {"id": new_id("trf"), **values}):
        check_same_entry(key, account={"kind": owed, "provider": provider}, amount=amount)
