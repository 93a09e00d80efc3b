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
        LEFT JOIN billing_transfer capture ON capture.reference = edit.id AND capture.kind = 'capture'
        LEFT JOIN billing_entry entry ON entry.transfer_id = capture.id AND entry.amount < 0
        GROUP BY edit.id
        HAVING count(capture.id) <> CASE WHEN edit.status IN ('succeeded', 'partial') AND NOT edit.is_test
            THEN 1 ELSE 0 END
        OR coalesce(sum(-entry.amount), 0) <> edit.charged
    """,
    "I7 an edit has its quote on hold while it runs, and no longer; a test never has": """
        SELECT edit.id, edit.status, edit.quoted, hold.state, hold.amount
        FROM editor_edit edit LEFT JOIN billing_hold hold ON hold.reference = edit.id
        WHERE CASE WHEN edit.is_test THEN hold.id IS NOT NULL
            ELSE hold.amount IS DISTINCT FROM edit.quoted OR (hold.state = 'held') <> (edit.finished_at IS NULL) END
    """,
    "I8 no hold outlives its edit's deadline by ten minutes": """
        SELECT edit.id, edit.status, edit.deadline_at, hold.id
        FROM billing_hold hold JOIN editor_edit edit ON edit.id = hold.reference
        WHERE hold.state = 'held' AND edit.deadline_at < now() - interval '10 minutes'
    """,
    "I12 an attempt that brought pictures, or whose fate is unknown, has one cost; no other has one": """
        SELECT attempt.id, attempt.provider, attempt.state, count(account.id)
        FROM editor_attempt attempt
        LEFT JOIN billing_transfer cost ON cost.reference = attempt.id AND cost.kind = 'cost'
        LEFT JOIN billing_entry entry ON entry.transfer_id = cost.id AND entry.amount > 0
        LEFT JOIN billing_account account ON account.id = entry.account_id
            AND account.kind IN ('provider_accrued', 'suspense') AND account.provider = attempt.provider
        GROUP BY attempt.id
        HAVING count(account.id) <> CASE
            WHEN attempt.is_test THEN 0
            WHEN attempt.state IN ('delivered', 'lost') THEN 1
            WHEN attempt.state = 'failed' AND attempt.results <> '[]' THEN 1
            ELSE 0 END
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
