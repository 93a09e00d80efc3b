"""`Prefer: wait=<seconds>`: hold the answer until the edit has ended, for a few callers at a time."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.conf import settings
from django.db import connection

from editor.domain import EditStatus
from editor.errors import InvalidInput
from editor.models import Edit
from editor.wakeups import EDIT

SECONDS = range(1, 301)
LOOK_AGAIN_SECONDS = 2.0
WAIT = re.compile(r'wait\s*=\s*"?([^",;]*)"?', re.IGNORECASE)

places = threading.BoundedSemaphore(settings.WAITING_REQUESTS)


def wait_seconds(header: str) -> int | None:
    """Read how long a caller would wait; None without that wish. Raises InvalidInput outside 1..300."""
    found = next((WAIT.fullmatch(wish.strip()) for wish in header.split(",") if WAIT.fullmatch(wish.strip())), None)
    if found is None:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", found[1]) or int(found[1]) not in SECONDS:
        raise InvalidInput(
            f"Prefer: wait takes {SECONDS[0]} to {SECONDS[-1]} whole seconds. Nothing was kept or charged.",
            param="Prefer",
        )
    return int(found[1])


def wait_until_final(edit_id: str, seconds: float) -> bool | None:
    """Wait for the edit's end and tell whether it came; at once None when too many wait in this process already.

    No transaction is open meanwhile. The notification wakes; a look now and then covers one that was missed.
    """
    if not places.acquire(blocking=False):
        return None
    try:
        with _listening():
            return _watch(edit_id, monotonic() + seconds)
    finally:
        places.release()


def _watch(edit_id: str, deadline: float) -> bool:
    while not _has_ended(edit_id):
        left = deadline - monotonic()
        if left <= 0:
            return False
        with connection.wrap_database_errors:  # psycopg's own, which Django knows nothing of here
            for notice in connection.connection.notifies(timeout=min(left, LOOK_AGAIN_SECONDS)):
                if notice.payload == edit_id:
                    break
    return True


@contextmanager
def _listening() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {EDIT}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"UNLISTEN {EDIT}")


def _has_ended(edit_id: str) -> bool:
    status = Edit.objects.values_list("status", flat=True).get(id=edit_id)
    return EditStatus(status).is_final
