"""Book what providers' statements say of attempts, many at once; and what staff accept beyond that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.ids import new_id
from billing.errors import MovementConflict
from billing.ledger.statements import change, content_sha256
from billing.ledger.wallets import open_account
from billing.models import AccountKind, Transfer, TransferKind
from billing.transactions import in_transaction

BATCH = 5_000

SETTLE = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::text[], %(attempts)s::text[], %(owed)s::bigint[], %(stated)s::bigint[])
        AS given (id, attempt, owed, stated)
), was AS (
    SELECT given.*, line.state, line.booked FROM billing_costline line JOIN given ON given.attempt = line.attempt
    WHERE line.provider = %(provider)s AND line.stated IS DISTINCT FROM given.stated
    ORDER BY line.attempt FOR UPDATE OF line
), moved AS (
    SELECT was.id, account.kind, account.amount FROM was CROSS JOIN LATERAL (VALUES
        (CASE state WHEN 'accrued' THEN 'provider_accrued' WHEN 'suspense' THEN 'suspense'
            ELSE 'provider_confirmed' END, -booked),
        ('provider_confirmed', owed),
        ('cost', booked - owed)
    ) AS account (kind, amount)
), summed AS (
    SELECT id, kind, sum(amount)::bigint AS amount FROM moved GROUP BY id, kind HAVING sum(amount) <> 0
), transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    SELECT id, 'settle:' || attempt || ':' || %(statement)s, 'settle', attempt, '', %(statement)s, statement_timestamp()
    FROM was WHERE id IN (SELECT id FROM summed)
), entry AS (
    INSERT INTO billing_entry (transfer_id, account_id, amount)
    SELECT summed.id, account.id, summed.amount FROM summed JOIN billing_account account
        ON account.kind = summed.kind AND account.provider = %(provider)s AND account.workspace_id IS NULL
)
UPDATE billing_costline line SET booked = was.owed, stated = was.stated, settled_at = statement_timestamp(),
    state = CASE WHEN was.state = 'void' AND was.owed = 0 THEN 'void' ELSE 'confirmed' END
FROM was WHERE line.attempt = was.attempt
RETURNING was.owed - CASE was.state WHEN 'confirmed' THEN was.booked ELSE 0 END
"""

ACCEPT = """
WITH transfer AS (
    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    VALUES (%(id)s, %(key)s, 'settle', %(attempt)s, %(content)s, %(memo)s, statement_timestamp())
    ON CONFLICT (key) DO NOTHING RETURNING id
), line AS (
    UPDATE billing_costline SET booked = booked + %(amount)s, state = 'confirmed', settled_at = statement_timestamp()
    FROM transfer WHERE attempt = %(attempt)s
)
INSERT INTO billing_entry (transfer_id, account_id, amount)
SELECT transfer.id, account.id, CASE account.kind WHEN 'cost' THEN -%(amount)s ELSE %(amount)s END
FROM transfer, billing_account account
WHERE account.kind IN ('cost', 'provider_confirmed')
AND account.workspace_id IS NULL AND account.provider = %(provider)s
"""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a statement charges for an attempt altogether, and how much of that we owe without a question, in µ$."""

    attempt: str
    owed: int
    stated: int


@in_transaction
def settle_stated(*, provider: str, statement: str, settlements: Sequence[Stated]) -> int:
    """Move what attempts were expected to cost to what is confirmed, and tell by how much that grew, in µ$.

    From accrued or suspense, or from what an earlier statement confirmed; the cost follows the difference. Safe to
    repeat for the same statement. Locks the cost lines in the order of their attempts.
    """
    for kind in (AccountKind.COST, AccountKind.PROVIDER_CONFIRMED):
        open_account(kind, provider=provider)
    ordered = sorted(settlements, key=lambda each: each.attempt)
    grown = 0
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        values: dict[str, Any] = {
            "ids": [new_id("trf") for _ in batch],
            "attempts": [each.attempt for each in batch],
            "owed": [each.owed for each in batch],
            "stated": [each.stated for each in batch],
            "provider": provider,
            "statement": statement,
        }
        with connection.cursor() as cursor:
            cursor.execute(SETTLE, values)
            grown += sum(amount for (amount,) in cursor.fetchall())
    return grown


@in_transaction
def accept_charge(*, key: str, provider: str, amount: int, attempt: str = "", memo: str = "") -> Transfer:
    """Book a charge that staff accept beyond what was expected; below zero for one that is taken back.

    For an attempt it is added to its cost line. Once for each key; raises MovementConflict for other content under it.
    """
    if not amount:
        raise ValueError("a charge that is accepted is not zero")
    for kind in (AccountKind.COST, AccountKind.PROVIDER_CONFIRMED):
        open_account(kind, provider=provider)
    key, content = f"{TransferKind.SETTLE}:{key}", content_sha256(provider, amount, attempt)
    values = {
        "id": new_id("trf"), "key": key, "attempt": attempt, "content": content, "memo": memo[:200],
        "amount": amount, "provider": provider,
    }  # fmt: skip
    change(ACCEPT, values)
    transfer = Transfer.objects.get(key=key)
    if transfer.content_sha256 != content:
        raise MovementConflict(f"{key} was booked before, for something else.")
    return transfer
