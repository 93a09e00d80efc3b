"""Put credit into wallets."""

from accounts.ids import new_id
from billing.ledger.statements import change, check_amount, check_same_entry
from billing.ledger.wallets import open_account
from billing.models import AccountKind, TransferKind
from billing.transactions import in_transaction

GRANT = """
WITH transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    VALUES (%(id)s, %(key)s, 'grant', '', '', '', statement_timestamp())
    ON CONFLICT (key) DO NOTHING RETURNING id
), wallet AS (
    UPDATE billing_account SET posted = posted + %(amount)s FROM transfer
    WHERE kind = 'wallet' AND workspace_id = %(workspace)s AND provider = ''
    RETURNING billing_account.id
)
INSERT INTO billing_entry (transfer_id, account_id, amount)
SELECT transfer.id, wallet.id, %(amount)s FROM transfer, wallet
UNION ALL
SELECT transfer.id, funding.id, -%(amount)s FROM transfer, billing_account funding
WHERE funding.kind = 'funding' AND funding.workspace_id IS NULL AND funding.provider = ''
"""


@in_transaction
def grant(*, workspace_id: str, amount: int, key: str) -> None:
    """Give a workspace credit, once for each key; opens its wallet when it has none.

    It also opens the accounts on the other side, so that whatever can be captured has somewhere to go.
    """
    check_amount(amount)
    for kind, workspace in (
        (AccountKind.WALLET, workspace_id), (AccountKind.FUNDING, None), (AccountKind.REVENUE, None),
    ):  # fmt: skip
        open_account(kind, workspace=workspace)
    key = f"{TransferKind.GRANT}:{key}"
    if not change(GRANT, {"id": new_id("trf"), "key": key, "workspace": workspace_id, "amount": amount}):
        check_same_entry(key, account={"kind": AccountKind.WALLET, "workspace_id": workspace_id}, amount=amount)
