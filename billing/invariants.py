"""What is always true of the books, each as a query for the rows that break it; all of them find nothing.

The numbers are those of the promises. I6 and I7 speak of edits and live in the editor.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

INVARIANTS: Mapping[str, str] = {
    "I1 each transfer has two or more entries, which sum to zero": """
        SELECT transfer.id, count(entry.id), coalesce(sum(entry.amount), 0)
        FROM billing_transfer transfer LEFT JOIN billing_entry entry ON entry.transfer_id = transfer.id
        GROUP BY transfer.id HAVING count(entry.id) < 2 OR sum(entry.amount) <> 0
    """,
    "I2 a wallet has what its entries sum to, and has spent what was captured": """
        SELECT wallet.id, wallet.posted, booked.posted, wallet.spent, booked.spent
        FROM billing_account wallet CROSS JOIN LATERAL (
            SELECT coalesce(sum(entry.amount), 0) AS posted,
                coalesce(-sum(entry.amount) FILTER (WHERE transfer.kind = 'capture'), 0) AS spent
            FROM billing_entry entry JOIN billing_transfer transfer ON transfer.id = entry.transfer_id
            WHERE entry.account_id = wallet.id
        ) booked
        WHERE wallet.kind = 'wallet' AND (wallet.posted, wallet.spent) <> (booked.posted, booked.spent)
    """,
    "I2 only wallets carry totals": """
        SELECT id, posted, held, spent FROM billing_account
        WHERE kind <> 'wallet' AND (posted, held, spent) <> (0, 0, 0)
    """,
    "I3 an account has on hold what its open holds sum to": """
        SELECT account.id, account.held, coalesce(sum(hold.amount), 0)
        FROM billing_account account
        LEFT JOIN billing_hold hold ON hold.account_id = account.id AND hold.state = 'held'
        GROUP BY account.id HAVING account.held <> coalesce(sum(hold.amount), 0)
    """,
    "I4 no wallet has less than nothing, or less than it has on hold": """
        SELECT id, posted, held FROM billing_account WHERE held < 0 OR posted < held
    """,
    "I5 a hold takes no more than was set aside, and something exactly when it was captured": """
        SELECT id, state, amount, captured FROM billing_hold
        WHERE amount <= 0 OR captured < 0 OR captured > amount OR (state = 'captured') <> (captured > 0)
    """,
    "I9 a key stands for one movement": """
        SELECT key, count(*) FROM billing_transfer GROUP BY key HAVING count(*) > 1
    """,
    "I9 a capture moved what its hold says, from its wallet": """
        SELECT coalesce(hold.reference, moved.reference), hold.captured, moved.amount
        FROM (SELECT * FROM billing_hold WHERE state = 'captured') hold
        FULL JOIN (
            SELECT transfer.reference, transfer.key, entry.account_id, -entry.amount AS amount
            FROM billing_transfer transfer
            JOIN billing_entry entry ON entry.transfer_id = transfer.id AND entry.amount < 0
            WHERE transfer.kind = 'capture'
        ) moved ON moved.key = 'capture:' || hold.reference AND moved.account_id = hold.account_id
        WHERE hold.captured IS DISTINCT FROM moved.amount
    """,
    "I12 a cost line says what the ledger booked under its attempt, on the account of its state": """
        SELECT line.attempt, line.state, line.booked, sum(entry.amount)
        FROM billing_costline line
        LEFT JOIN billing_transfer transfer ON transfer.reference = line.attempt AND transfer.kind IN ('cost', 'settle')
        LEFT JOIN (billing_entry entry JOIN billing_account account ON account.id = entry.account_id
            AND account.kind IN ('provider_accrued', 'suspense', 'provider_confirmed'))
            ON entry.transfer_id = transfer.id
        GROUP BY line.attempt
        HAVING coalesce(sum(entry.amount), 0) <> line.booked
        OR coalesce(sum(entry.amount) FILTER (WHERE account.provider = line.provider AND account.kind = CASE line.state
            WHEN 'accrued' THEN 'provider_accrued' WHEN 'confirmed' THEN 'provider_confirmed' ELSE line.state END
        ), 0) <> line.booked
    """,
    "I12 the sums of a day are those of its cost lines": """
        SELECT coalesce(summed.key, counted.key), summed.sums, counted.sums FROM (
            SELECT jsonb_build_array(day, workspace_id, project, member, key, provider, model, resolution) AS key,
                ARRAY[attempts, pictures, expected, reported, reported_expected, stated, stated_expected, booked,
                    suspense, failure_cost, retail] AS sums
            FROM billing_usageday
        ) summed
        FULL JOIN (
            SELECT jsonb_build_array(day, workspace_id, project, member, key, provider, model, resolution) AS key,
                ARRAY[count(*), sum(delivered), sum(expected), coalesce(sum(reported), 0),
                    coalesce(sum(expected) FILTER (WHERE reported IS NOT NULL), 0), coalesce(sum(stated), 0),
                    coalesce(sum(expected) FILTER (WHERE stated IS NOT NULL), 0), sum(booked),
                    coalesce(sum(booked) FILTER (WHERE state = 'suspense'), 0),
                    coalesce(sum(booked) FILTER (WHERE delivered = 0), 0), sum(retail)]::bigint[] AS sums
            FROM billing_costline GROUP BY day, workspace_id, project, member, key, provider, model, resolution
        ) counted ON counted.key = summed.key
        WHERE summed.sums IS DISTINCT FROM counted.sums
    """,
    "I12 what an edit was charged, less what was given back, is on its cost lines, to the micro-dollar": """
        SELECT line.edit, line.retail, hold.captured, refund.amount
        FROM (SELECT edit, sum(retail) AS retail FROM billing_costline GROUP BY edit) line
        LEFT JOIN billing_hold hold ON hold.reference = line.edit
        LEFT JOIN (
            SELECT transfer.reference, sum(entry.amount) AS amount FROM billing_transfer transfer
            JOIN billing_entry entry ON entry.transfer_id = transfer.id
            JOIN billing_account account ON account.id = entry.account_id AND account.kind IN ('wallet', 'receivable')
            WHERE transfer.kind = 'refund' GROUP BY transfer.reference
        ) refund ON refund.reference = line.edit
        WHERE line.retail <> coalesce(hold.captured, 0) - coalesce(refund.amount, 0)
    """,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that breaks an invariant: what should be true, and the facts."""

    invariant: str
    row: tuple[object, ...]


def violations(invariants: Mapping[str, str] = INVARIANTS) -> list[Violation]:
    """Find every row that breaks one of these invariants; none when the books are right."""
    found = []
    with connection.cursor() as cursor:
        for invariant, query in invariants.items():
            cursor.execute(query)
            found += [Violation(invariant, row) for row in cursor.fetchall()]
    return found
