"""Wake-ups by PostgreSQL's NOTIFY: sent with the transaction they belong to, never the truth of anything."""

from django.db import connection

DUE = "pentimento_due"
EDIT = "pentimento_edit"


def wake_waves(attempt_id: str = "") -> None:
    """Tell the waves, at commit, that something is due; or whoever holds this attempt that it wants to be looked at."""
    _notify(DUE, attempt_id)


def announce_edit(edit_id: str) -> None:
    """Tell whoever waits for this edit, at commit, that it has ended."""
    _notify(EDIT, edit_id)


def _notify(channel: str, payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
