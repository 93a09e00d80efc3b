"""Invariants of cost lines and of the sums made of them."""

COSTS = {
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
        WHERE summed.sums IS DISTINCT FROM coalesce(counted.sums, array_fill(0::bigint, ARRAY[11]))
    """,
    "I12 coarser sums, with the changes not folded yet, are those of the days": """
        SELECT grain, day, workspace_id, key, provider, resolution, due.sums, kept.sums FROM (
            SELECT CASE grouping(workspace_id, key, provider, resolution)
                    WHEN 12 THEN 'provider' WHEN 7 THEN 'workspace' WHEN 11 THEN 'key'
                    WHEN 5 THEN 'workspace provider' WHEN 9 THEN 'key provider' END AS grain, day,
                coalesce(workspace_id, '') AS workspace_id, coalesce(key, '') AS key,
                coalesce(provider, '') AS provider, coalesce(resolution, '') AS resolution,
                ARRAY[sum(attempts), sum(pictures), sum(expected), sum(reported), sum(reported_expected), sum(stated),
                    sum(stated_expected), sum(booked), sum(suspense), sum(failure_cost), sum(retail), sum(sold),
                    sum(charged), sum(refunded)]::bigint[] AS sums
            FROM (
                SELECT day, workspace_id, key, provider, resolution, attempts, pictures, expected, reported,
                    reported_expected, stated, stated_expected, booked, suspense, failure_cost, retail,
                    sold, charged, refunded
                FROM billing_usageday
                UNION ALL
                SELECT day, workspace_id, key, provider, resolution, -attempts, -pictures, -expected, -reported,
                    -reported_expected, -stated, -stated_expected, -booked, -suspense, -failure_cost, -retail,
                    -sold, -charged, -refunded
                FROM billing_costchange
            ) folded
            GROUP BY GROUPING SETS ((day, provider, resolution), (day, workspace_id), (day, key),
                (day, workspace_id, provider), (day, key, provider))
        ) due
        FULL JOIN (
            SELECT grain, day, workspace_id, key, provider, resolution,
                ARRAY[attempts, pictures, expected, reported, reported_expected, stated, stated_expected, booked,
                    suspense, failure_cost, retail, sold, charged, refunded]::bigint[] AS sums
            FROM billing_costsum
        ) kept USING (grain, day, workspace_id, key, provider, resolution)
        WHERE coalesce(due.sums, array_fill(0::bigint, ARRAY[14]))
            <> coalesce(kept.sums, array_fill(0::bigint, ARRAY[14]))
    """,
    "I12 what an edit was charged, less what was given back, is on its cost lines, to the micro-dollar": """
        SELECT line.edit, line.retail, hold.captured, hold.refunded
        FROM (SELECT edit, sum(retail) AS retail FROM billing_costline GROUP BY edit) line
        LEFT JOIN billing_hold hold ON hold.reference = line.edit
        WHERE line.retail <> coalesce(hold.captured - hold.refunded, 0)
    """,
    "I12 a day's usage is what the ledger took and gave back on that day, for each workspace": """
        SELECT coalesce(used.workspace_id, moved.workspace_id), coalesce(used.day, moved.day), used.charged,
            moved.charged, used.refunded, moved.refunded
        FROM (
            SELECT workspace_id, day, sum(charged) AS charged, sum(refunded) AS refunded
            FROM billing_usageday GROUP BY workspace_id, day
        ) used
        FULL JOIN (
            SELECT account.workspace_id, (transfer.created_at AT TIME ZONE 'UTC')::date AS day,
                -sum(entry.amount) FILTER (WHERE transfer.kind = 'capture') AS charged,
                sum(entry.amount) FILTER (WHERE transfer.kind <> 'capture') AS refunded
            FROM billing_transfer transfer
            JOIN billing_entry entry ON entry.transfer_id = transfer.id
            JOIN billing_account account ON account.id = entry.account_id AND account.kind IN ('wallet', 'receivable')
            WHERE transfer.kind IN ('capture', 'refund', 'correction')
            AND transfer.reference IN (SELECT edit FROM billing_costline)
            GROUP BY account.workspace_id, (transfer.created_at AT TIME ZONE 'UTC')::date
        ) moved ON moved.workspace_id = used.workspace_id AND moved.day = used.day
        WHERE coalesce(used.charged, 0) <> coalesce(moved.charged, 0)
        OR coalesce(used.refunded, 0) <> coalesce(moved.refunded, 0)
    """,
}
