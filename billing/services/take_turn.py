"""Wait for one's turn at a provider's costs, so that what was read of them still holds when it is written."""

from django.db import connection

REVIEW = "cost review"


def take_turn(provider: str = "") -> None:
    """Wait until nobody else imports, completes or resolves for this provider; without one, for any of them.

    Signing a month off waits for all. It lasts until the caller's transaction ends; call it before reading.
    """
    of_all = "pg_advisory_xact_lock_shared" if provider else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {of_all}(hashtextextended(%s, 0))", [REVIEW])
        if provider:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"statement {provider}"])
