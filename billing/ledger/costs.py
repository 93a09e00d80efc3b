"""Book what attempts cost upstream, and book it otherwise once more is known."""

from accounts.ids import new_id
from billing.errors import MovementConflict
from billing.ledger.statements import change, check_amount, check_same_entry
from billing.ledger.wallets import open_account
from billing.models import AccountKind, TransferKind
from billing.transactions import in_transaction

# Nothing happens unless both accounts are there: they are opened only when they are missed, which is once.
COST = """
WITH side AS (
    SELECT id, CASE kind WHEN 'cost' THEN -%(amount)s ELSE %(amount)s END AS amount FROM billing_account
    WHERE kind IN ('cost', %(owed)s) AND workspace_id IS NULL AND provider = %(provider)s
), transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    SELECT %(id)s, %(key)s, 'cost', %(attempt)s, '', '', statement_timestamp() WHERE (SELECT count(*) FROM side) = 2
    ON CONFLICT (key) DO NOTHING RETURNING id
)
INSERT INTO billing_entry (transfer_id, account_id, amount) SELECT transfer.id, side.id, side.amount FROM transfer, side
"""

SETTLE = """
WITH moved AS (
    SELECT kind, sum(amount) AS amount FROM (
        VALUES (%(was)s, -%(booked)s::bigint), (%(becomes)s, %(amount)s::bigint),
            ('cost', %(booked)s::bigint - %(amount)s::bigint)
    ) AS part (kind, amount) GROUP BY kind HAVING sum(amount) <> 0
), side AS (
    SELECT account.id, moved.amount FROM moved JOIN billing_account account ON account.kind = moved.kind
    WHERE account.workspace_id IS NULL AND account.provider = %(provider)s
), transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    SELECT %(id)s, %(key)s, 'settle', %(attempt)s, '', '', statement_timestamp() WHERE EXISTS (SELECT FROM side)
    ON CONFLICT (key) DO NOTHING RETURNING id
)
INSERT INTO billing_entry (transfer_id, account_id, amount) SELECT transfer.id, side.id, side.amount FROM transfer, side
"""


@in_transaction
def book_cost(*, attempt: str, provider: str, amount: int, certain: bool) -> None:
    """Book what an attempt cost us upstream, once: accrued when certain, in suspense when its outcome is unknown.

    Raises MovementConflict when the attempt's cost was booked before with another amount, provider or certainty.
    """
    check_amount(amount)
    owed = AccountKind.PROVIDER_ACCRUED if certain else AccountKind.SUSPENSE
    key = f"{TransferKind.COST}:{attempt}"
    values = {"key": key, "attempt": attempt, "provider": provider, "amount": amount, "owed": owed.value}
    if change(COST, {"id": new_id("trf"), **values}):
        return
    for kind in (AccountKind.COST, owed):
        open_account(kind, provider=provider)
    if not change(COST, {"id": new_id("trf"), **values}):
        check_same_entry(key, account={"kind": owed, "provider": provider}, amount=amount)


@in_transaction
def settle_cost(
    *,
    key: str,
    attempt: str,
    provider: str,
    was: AccountKind | None,
    booked: int,
    becomes: AccountKind | None,
    amount: int,
) -> None:
    """Book an attempt's cost otherwise, once for each key: from what it was booked as to what is owed now.

    None stands for nothing owed. The caller has made sure, under a lock, that it is booked as it says; a change of
    nothing books nothing. Raises MovementConflict when the key was used before.
    """
    if (was, booked) == (becomes, amount) or booked == amount == 0:
        return
    for kind in {AccountKind.COST, was, becomes} - {None}:
        open_account(kind, provider=provider)  # type: ignore[arg-type]
    values = {"attempt": attempt, "provider": provider, "booked": booked, "amount": amount}
    values |= {"was": was and was.value, "becomes": becomes and becomes.value}
    if not change(SETTLE, {"id": new_id("trf"), "key": f"{TransferKind.SETTLE}:{key}", **values}):
        raise MovementConflict(f"{key} was settled before.")
