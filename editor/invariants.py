"""What is always true between edits and money, each as a query for the rows that break it; see `billing.invariants`."""

from collections.abc import Mapping

INVARIANTS: Mapping[str, str] = {
    "I6 an edit that delivered has one capture, of what it says it charged; no other edit has one": """
        SELECT edit.id, edit.status, edit.charged, count(capture.id), sum(-entry.amount)
        FROM editor_edit edit
        LEFT JOIN billing_transfer capture ON capture.reference = edit.id AND capture.kind = 'capture'
        LEFT JOIN billing_entry entry ON entry.transfer_id = capture.id AND entry.amount < 0
        GROUP BY edit.id
        HAVING count(capture.id) <> CASE WHEN edit.status IN ('succeeded', 'partial') THEN 1 ELSE 0 END
        OR coalesce(sum(-entry.amount), 0) <> edit.charged
    """,
    "I7 an edit has its quote on hold while it runs, and no longer": """
        SELECT edit.id, edit.status, edit.quoted, hold.state, hold.amount
        FROM editor_edit edit LEFT JOIN billing_hold hold ON hold.reference = edit.id
        WHERE hold.amount IS DISTINCT FROM edit.quoted OR (hold.state = 'held') <> (edit.finished_at IS NULL)
    """,
}
