"""Invariants of the ledger itself."""

BOOKS = {
    "I1 each transfer has two or more entries, which sum to zero": """
        SELECT transfer.id, count(entry.id), coalesce(sum(entry.amount), 0)
        FROM billing_transfer transfer LEFT JOIN billing_entry entry ON entry.transfer_id = transfer.id
        GROUP BY transfer.id HAVING count(entry.id) < 2 OR sum(entry.amount) <> 0
    """,
    "I2 a wallet has what its entries sum to, has spent what was captured and kept, owes what is receivable": """
        SELECT wallet.id, wallet.posted, booked.posted, wallet.spent, booked.spent, wallet.owed, booked.owed
        FROM billing_account wallet CROSS JOIN LATERAL (
            SELECT coalesce(sum(entry.amount) FILTER (WHERE account.kind = 'wallet'), 0) AS posted,
                coalesce(-sum(entry.amount) FILTER (WHERE account.kind = 'receivable'), 0) AS owed,
                coalesce(-sum(entry.amount) FILTER (
                    WHERE coalesce(corrected.kind, transfer.kind) IN ('capture', 'refund')
                ), 0) AS spent
            FROM billing_account account
            JOIN billing_entry entry ON entry.account_id = account.id
            JOIN billing_transfer transfer ON transfer.id = entry.transfer_id
            LEFT JOIN billing_transfer corrected
                ON transfer.kind = 'correction' AND corrected.id = substring(transfer.key FROM 12)
            WHERE account.workspace_id = wallet.workspace_id AND account.kind IN ('wallet', 'receivable')
        ) booked
        WHERE wallet.kind = 'wallet'
        AND (wallet.posted, wallet.spent, wallet.owed) <> (booked.posted, booked.spent, booked.owed)
    """,
    "I2 only wallets carry totals": """
        SELECT id, posted, held, spent, owed FROM billing_account
        WHERE kind <> 'wallet' AND (posted, held, spent, owed) <> (0, 0, 0, 0)
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
        SELECT id, state, amount, captured, refunded FROM billing_hold
        WHERE amount <= 0 OR captured < 0 OR captured > amount OR (state = 'captured') <> (captured > 0)
        OR refunded < 0 OR refunded > captured
    """,
    "I8 no hold is open when its time is over": """
        SELECT id, reference, expires_at FROM billing_hold
        WHERE state = 'held' AND expires_at < now() - interval '2 minutes'
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
    "I11 what the books say was paid and not paid back is what the payments say": """
        SELECT coalesce(payment.id, booked.reference), payment.state, payment.amount, payment.refunded,
            payment.disputed, booked.amount
        FROM billing_payment payment
        FULL JOIN (
            SELECT transfer.reference, -sum(entry.amount) AS amount
            FROM billing_account account
            JOIN billing_entry entry ON entry.account_id = account.id
            JOIN billing_transfer transfer ON transfer.id = entry.transfer_id
            WHERE account.kind = 'payments' GROUP BY transfer.reference
        ) booked ON booked.reference = payment.id
        WHERE coalesce(booked.amount, 0) <> CASE WHEN payment.state = 'succeeded'
            THEN payment.amount - payment.refunded - payment.disputed ELSE 0 END
    """,
    "I15 a wallet's lots sum to what it has": """
        SELECT wallet.id, wallet.posted, coalesce(sum(lot.remaining), 0)
        FROM billing_account wallet LEFT JOIN billing_lot lot ON lot.account_id = wallet.id
        GROUP BY wallet.id HAVING wallet.posted <> coalesce(sum(lot.remaining), 0)
    """,
}
