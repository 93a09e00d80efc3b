"""What is always true of edits, orders and their money, each as a query for the rows that break it.

See `billing.invariants` for the others. I12 follows what `editor/attempts.py` books: a job that failed, as its provider
says, is owed nothing, and a ledger has no entry of nothing; one that brought what is no picture is owed all the same.
I17 leaves out orders that wait for a provider that is stopped. A test costs nobody anything: it has no hold, capture
or cost, and no alert.
"""

from collections.abc import Mapping

INVARIANTS: Mapping[str, str] = {
    "I6 an edit that delivered has one capture, of what it says it charged; no other edit, and no test, has one": """
        SELECT edit.id, edit.status, edit.charged, count(capture.id), sum(-entry.amount)
        FROM editor_edit edit
        LEFT JOIN billing_hold expired ON expired.reference = edit.id AND expired.state = 'expired'
        LEFT JOIN billing_transfer capture ON capture.reference = edit.id AND capture.kind = 'capture'
        LEFT JOIN billing_entry entry ON entry.transfer_id = capture.id AND entry.amount < 0
        GROUP BY edit.id
        HAVING count(capture.id) <> CASE WHEN edit.status IN ('succeeded', 'partial') AND NOT edit.is_test
            AND count(expired.id) = 0 THEN 1 ELSE 0 END
        OR coalesce(sum(-entry.amount), 0) <> edit.charged
    """,
    "I7 an edit has its quote on hold while it runs, and no longer; a test never has": """
        SELECT edit.id, edit.status, edit.quoted, hold.state, hold.amount
        FROM editor_edit edit LEFT JOIN billing_hold hold ON hold.reference = edit.id
        WHERE CASE WHEN edit.is_test THEN hold.id IS NOT NULL
            WHEN hold.state = 'expired'
            THEN hold.amount <> edit.quoted OR edit.deadline_at > now() - interval '9 minutes'
            ELSE hold.amount IS DISTINCT FROM edit.quoted OR (hold.state = 'held') <> (edit.finished_at IS NULL) END
    """,
    "I8 no hold, and no edit, outlives the deadline by ten minutes": """
        SELECT edit.id, edit.status, edit.deadline_at, hold.id
        FROM editor_edit edit LEFT JOIN billing_hold hold ON edit.id = hold.reference
        WHERE (hold.state = 'held' OR edit.finished_at IS NULL) AND edit.deadline_at < now() - interval '12 minutes'
    """,
    "I12 an attempt that was taken, or may have been, has a cost line, of nothing if nothing is owed; no test has": """
        SELECT attempt.id, attempt.provider, attempt.state, line.provider, line.state
        FROM editor_attempt attempt LEFT JOIN billing_costline line ON line.attempt = attempt.id
        WHERE CASE
            WHEN attempt.is_test THEN line.attempt IS NOT NULL
            WHEN attempt.state = 'delivered' OR attempt.state = 'failed' AND attempt.results <> '[]'
                THEN line.state IS NULL OR line.state NOT IN ('accrued', 'confirmed')
            WHEN attempt.state = 'lost' THEN line.attempt IS NULL
            WHEN attempt.state = 'failed' THEN line.state IS NULL OR line.state NOT IN ('void', 'confirmed')
            WHEN attempt.state = 'rejected' THEN line.state NOT IN ('void', 'confirmed')
            ELSE line.attempt IS NOT NULL END
        OR line.provider <> attempt.provider
    """,
    "I12 no cost is booked without its line": """
        SELECT transfer.reference, transfer.key FROM billing_transfer transfer
        LEFT JOIN billing_costline line ON line.attempt = transfer.reference
        WHERE transfer.kind IN ('cost', 'settle') AND transfer.reference <> '' AND line.attempt IS NULL
    """,
    "I13 a job of a provider belongs to one attempt": """
        SELECT provider, ticket, count(*) FROM editor_attempt
        WHERE ticket <> '' GROUP BY provider, ticket HAVING count(*) > 1
    """,
    "I14 staff know of every order whose outcome has been unknown for five minutes": """
        SELECT attempt.id, attempt.provider, attempt.state, attempt.entered_at FROM editor_attempt attempt
        WHERE attempt.finished_at IS NULL AND NOT attempt.is_test AND attempt.state IN ('submitting', 'unknown')
        AND attempt.entered_at < now() - interval '5 minutes'
        AND NOT EXISTS (
            SELECT FROM editor_alert alert
            WHERE alert.kind = 'attempt_unknown' AND alert.subject = attempt.id AND alert.closed_at IS NULL
        )
    """,
    "I16 how an edit ended is told once to whoever wants it: one event of its type, with a delivery to each": """
        SELECT edit.id, edit.status, event.id, event.type FROM editor_edit edit
        JOIN editor_endpoint endpoint ON endpoint.workspace_id = edit.workspace_id
        LEFT JOIN editor_event event ON event.edit_id = edit.id
        LEFT JOIN editor_delivery delivery ON delivery.event_id = event.id AND delivery.endpoint_id = endpoint.id
        WHERE delivery.id IS NULL AND edit.erased_at IS NULL AND edit.finished_at > now() - interval '29 days'
        AND CASE WHEN endpoint.url = '' THEN edit.webhook_url <> '' ELSE endpoint.disabled_at IS NULL
            AND endpoint.subscribed_at < edit.finished_at AND endpoint.events @> to_jsonb('edit.' || edit.status) END
        UNION ALL
        SELECT edit.id, edit.status, event.id, event.type FROM editor_event event
        JOIN editor_edit edit ON edit.id = event.edit_id WHERE event.type <> 'edit.' || edit.status
    """,
    "I17 edits end while there is work": """
        SELECT attempt.id, attempt.provider, attempt.state, attempt.due_at FROM editor_attempt attempt
        JOIN editor_providerstate provider ON provider.name = attempt.provider
        WHERE attempt.due_at < now() - interval '15 minutes' AND attempt.finished_at IS NULL AND NOT attempt.is_test
        AND NOT (attempt.state = 'intent' AND (
            provider.disabled_at IS NOT NULL OR provider.open_until IS NOT NULL
            OR coalesce(provider.quiet_until > now(), false)
        ))
        AND NOT EXISTS (SELECT FROM editor_edit WHERE finished_at > now() - interval '15 minutes')
    """,
}
