"""What we may owe each provider for attempts whose outcome nobody knows."""

from dataclasses import dataclass

from django.db import connection

SUSPENSE = """
SELECT account.provider, sum(entry.amount), coalesce(sum(entry.amount) FILTER (
    WHERE transfer.created_at >= date_trunc('day', now(), 'UTC') AND entry.amount > 0), 0)
FROM billing_account account
JOIN billing_entry entry ON entry.account_id = account.id
JOIN billing_transfer transfer ON transfer.id = entry.transfer_id
WHERE account.kind = 'suspense' GROUP BY account.provider
"""


@dataclass(frozen=True, slots=True)
class Suspense:
    """In µ$: what is in suspense altogether, and what was booked there since midnight, UTC."""

    balance: int = 0
    today: int = 0


def suspense() -> dict[str, Suspense]:
    """Sum up suspense by provider; one where nothing ever was is absent. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SUSPENSE)
        return {provider: Suspense(int(balance), int(today)) for provider, balance, today in cursor.fetchall()}
