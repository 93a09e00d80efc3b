"""Wait for one's turn at a provider's costs, so that what was read of them still holds when it is written."""

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from billing.errors import NotYourTurn

REVIEW = "cost review"
PATIENCE = 5_000  # milliseconds: how long a person waits for an answer

# A connection that waits for nothing as long as that stays as it is.
LIMIT = "SELECT set_config('lock_timeout', %s, true) WHERE current_setting('lock_timeout') = '0'"


def take_turn(provider: str = "", *, patience: int = 0) -> None:
    """Wait until nobody else imports, completes or resolves for this provider; without one, for any of them.

    Signing a month off waits for all. It lasts until the caller's transaction ends; call it before reading. With
    `patience`, in milliseconds, raises NotYourTurn after that; the transaction is lost then.
    """
    of_all = "pg_advisory_xact_lock_shared" if provider else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        if patience:
            cursor.execute(LIMIT, [f"{patience}ms"])
        limited = patience and cursor.rowcount
        try:
            cursor.execute(f"SELECT {of_all}(hashtextextended(%s, 0))", [REVIEW])
            if provider:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"statement {provider}"])
        except OperationalError as error:
            if patience and isinstance(error.__cause__, LockNotAvailable):
                raise NotYourTurn from error
            raise
        if limited:
            cursor.execute("SET LOCAL lock_timeout = 0")  # for rows it waits as before
